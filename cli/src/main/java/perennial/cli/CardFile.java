// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import perennial.core.advice.Problem;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VirtualCard;

/// Virtual cards in files.
public final class CardFile {
    private CardFile() {}

    /// @throws Failure FILE_NOT_USABLE
    public static VirtualCard open(Path file, SecureRandom random) {
        try {
            return VirtualCard.open(file, random);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
    }

    /// @throws Failure FILE_NOT_USABLE
    public static VirtualCard create(
            Path file, Personalisation personalisation, SecureRandom random) {
        try {
            return VirtualCard.create(file, personalisation, random);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
    }
}
