// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

/// Where a library has a token now.
///
/// @param slotDescription the reader's name, as libraries over PC/SC say it; else the library's own
///   words
/// @param label the token's, for people
/// @param serialNumber the token's
public record TokenPlace(String slotDescription, String label, String serialNumber) {
    /// What the card is called in [Answer.Slot#description], of which there are 64 octets.
    private static final int DESCRIPTION = 64;

    /// Whether the token is the card in the reader of this name.
    public boolean isIn(String readerName) {
        return slotDescription.equals(readerName)
                || (slotDescription.length() == DESCRIPTION
                        && readerName.startsWith(slotDescription));
    }
}
