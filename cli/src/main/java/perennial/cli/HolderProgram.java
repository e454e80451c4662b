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

    /// The command that starts at every log-in, alone: looking at all the others first takes a
    /// sixth of its start, and memory that stays.
    @Command(name = "perennial", subcommands = AgentCommand.class)
    private static final class AgentAlone {}

    static void main(String[] arguments) {
        boolean agent = arguments.length > 0 && arguments[0].equals("agent");
        Object commands = agent ? new AgentAlone() : new HolderProgram();
        System.exit(Perennial.run(commands, arguments, System.out, System.err));
    }
}
