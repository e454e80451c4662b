// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import perennial.cli.attempt.TryCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `perennial` as it is installed on a holder's computer: the agent, the card tools and what looks
/// after them, without the servers.
@Command(
        name = "perennial",
        mixinStandardHelpOptions = true,
        version = "Perennial 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        description = "Renews the certificates on smart cards. 常青:線上展期智慧卡憑證。",
        subcommands = {
            AgentCommand.class,
            CardCommand.class,
            RenewCommand.class,
            DoctorCommand.class,
            TryCommand.class,
            BrowsersCommand.class,
            CommandLine.HelpCommand.class
        })
public final class HolderProgram {
    private HolderProgram() {}

    static void main(String[] arguments) {
        System.exit(Perennial.run(new HolderProgram(), arguments, System.out, System.err));
    }
}
