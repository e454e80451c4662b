// SPDX-License-Identifier: Apache-2.0
package perennial.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import perennial.core.advice.Problem;

/// An agent in a process of its own: for each line that names a folder a new desk with its home
/// there, and a renewal; for [#AGAIN] the same desk once more.
final class RenewingProcess {
    static final String AGAIN = "again";
    static final String OUTCOME = "outcome: ";
    static final String RENEWED = "renewed";

    private RenewingProcess() {}

    static void main() throws IOException {
        BufferedReader orders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Optional<Desk> desk = Optional.empty();
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (!order.equals(AGAIN)) {
                desk = Optional.of(new Desk(Path.of(order)));
            }
            System.out.println(OUTCOME + renew(desk.orElseThrow()));
        }
    }

    private static String renew(Desk desk) {
        RenewalReport report;
        try {
            report = desk.renew();
        } catch (AgentException e) {
            return e.problem().name();
        }
        if (report.problem().isPresent()) {
            return report.problem().map(Problem::name).orElseThrow();
        }
        desk.assertRenewed();
        return RENEWED;
    }
}
