// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import com.yubico.yubikit.core.Transport;
import com.yubico.yubikit.core.smartcard.SmartCardConnection;
import com.yubico.yubikit.piv.PivSession;
import java.util.Arrays;
import java.util.HexFormat;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ResponseApdu;

/// The vendor's own client with one of our cards.
final class VendorClient implements SmartCardConnection {
    private final VirtualCard card;
    private ApduChannel channel;

    VendorClient(VirtualCard card) {
        this.card = card;
        this.channel = card.connect();
    }

    /// With a new card without keys.
    static VendorClient insert(ProductGeneration generation) {
        return new VendorClient(
                VirtualCard.create(
                        Cards.personalisation(generation, ManagementKey.BEHIND_PIN), Cards.RANDOM));
    }

    /// A session after a reset.
    PivSession session() throws Exception {
        channel.close();
        channel = card.connect();
        return new PivSession(this);
    }

    PivSession authenticated() throws Exception {
        PivSession session = session();
        session.authenticate(HexFormat.of().parseHex(new String(card.managementKey())));
        return session;
    }

    @Override
    public byte[] sendAndReceive(byte[] apdu) {
        ResponseApdu answer = channel.transmit(Cards.command(apdu));
        byte[] octets = Arrays.copyOf(answer.data(), answer.data().length + 2);
        octets[octets.length - 2] = (byte) answer.status().sw1();
        octets[octets.length - 1] = (byte) answer.status().sw2();
        return octets;
    }

    @Override
    public Transport getTransport() {
        return Transport.USB;
    }

    @Override
    public boolean isExtendedLengthApduSupported() {
        return false;
    }

    @Override
    public byte[] getAtr() {
        return new byte[0];
    }

    @Override
    public void close() {
        channel.close();
    }
}
