// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import perennial.ca.CaSettings;
import perennial.ca.LocalCa;
import perennial.ca.Passphrase;
import perennial.ca.StandardProfiles;
import perennial.core.crypto.KeyKind;

/// The demo's throw-away authority: its names, and its clock of the day when the holder's card was
/// made.
public final class DemoAuthority {
    private static final String ORGANISATION = "O=Perennial Demo,C=TW";
    private static final Period CARD_LIFETIME = Period.ofYears(5);
    private static final Duration LEFT_ON_CARD = Duration.ofDays(20);

    private DemoAuthority() {}

    /// Opens the authority of a demo's folder; makes its keys the first time.
    public static LocalCa open(
            DemoHome home,
            Passphrase passphrase,
            URI publicBase,
            DataSource database,
            Clock clock,
            SecureRandom random) {
        CaSettings settings =
                new CaSettings(
                        home.authority(),
                        passphrase,
                        "CN=Perennial Demo Root CA," + ORGANISATION,
                        "CN=Perennial Demo Issuing CA," + ORGANISATION,
                        KeyKind.RSA_2048,
                        publicBase,
                        StandardProfiles.all());
        return LocalCa.open(settings, database, clock, random);
    }

    /// The clock of the day on which a card was issued that expires in 20 days now.
    public static Clock whenTheCardWasMade(Clock now) {
        var today = now.instant().atOffset(ZoneOffset.UTC);
        Duration back = Duration.between(today.minus(CARD_LIFETIME).plus(LEFT_ON_CARD), today);
        return Clock.offset(now, back.negated());
    }
}
