// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import perennial.cli.attempt.TryCommand;
import perennial.cli.audit.AuditCommand;
import perennial.cli.demo.DemoCommand;
import perennial.cli.sweep.SweepCommand;
import perennial.core.advice.Language;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The launcher's entry. Exit codes: 0 done, 1 failed with a code and a remedy, 2 wrong usage.
@Command(
        name = "perennial",
        mixinStandardHelpOptions = true,
        version = Perennial.VERSION,
        synopsisSubcommandLabel = "COMMAND",
        description = "Renews the certificates on smart cards. 常青:線上展期智慧卡憑證。",
        subcommands = {
            DemoCommand.class,
            AgentCommand.class,
            DoctorCommand.class,
            TryCommand.class,
            CardCommand.class,
            RenewCommand.class,
            BrowsersCommand.class,
            CaCommand.class,
            AuditCommand.class,
            VirtualCardCommand.class,
            SweepCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Perennial {
    /// Name and version, for people and for records.
    public static final String VERSION = "Perennial 0.1.0";

    private Perennial() {}

    static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    /// Runs one command.
    ///
    /// @return the exit code
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        return run(new Perennial(), arguments, out, err);
    }

    /// The same for another set of commands.
    static int run(Object commands, String[] arguments, PrintStream out, PrintStream err) {
        PrintStream out8 = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream err8 = new PrintStream(err, true, StandardCharsets.UTF_8);
        Console console = new Console(out8, err8, language());
        CommandLine line =
                new CommandLine(commands, new ConsoleFactory(console))
                        .setOut(new PrintWriter(out8, true, StandardCharsets.UTF_8))
                        .setErr(new PrintWriter(err8, true, StandardCharsets.UTF_8))
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler((failure, _, _) -> {
                            console.fail(Console.problemOf(failure), Console.detailOf(failure));
                            return Console.FAILED;
                        });
        return line.execute(arguments);
    }

    /// From PERENNIAL_LANG, else from the locale.
    private static Language language() {
        String chosen = System.getenv("PERENNIAL_LANG");
        return Language.of(
                chosen == null || chosen.isBlank()
                        ? Locale.getDefault()
                        : Locale.forLanguageTag(chosen.replace('_', '-')));
    }

    /// Hands the console to the commands that want one.
    private record ConsoleFactory(Console console) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (var constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 1
                        && constructor.getParameterTypes()[0] == Console.class) {
                    return type.cast(constructor.newInstance(console));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
