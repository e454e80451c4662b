// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.virtualcard.Faults;
import perennial.virtualcard.Personalisation;
import perennial.virtualcard.VpcdReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `perennial virtual-card`: puts a virtual card where every PC/SC program of this computer sees
/// it, until Ctrl-C or `quit`.
@Command(
        name = "virtual-card",
        mixinStandardHelpOptions = true,
        description = {
            "Puts a virtual card into vpcd's virtual reader, for every PC/SC program to see.",
            "Needs pcscd with vsmartcard-vpcd. vpcd listens on all interfaces: do not run it where"
                    + " others reach its port.",
            "Commands on standard input: insert, eject, cut BEFORE|AFTER N (lose contact at the"
                    + " N-th command from now), quit."
        })
final class VirtualCardCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Pattern CUT =
            Pattern.compile("cut +(BEFORE|AFTER) +([1-9][0-9]{0,5})", Pattern.CASE_INSENSITIVE);

    private static final Pattern ADDRESS = Pattern.compile("(.+):([0-9]{1,5})");

    private final Console console;

    @Option(
            names = "--card",
            required = true,
            paramLabel = "FILE",
            description = "the virtual card's file (a kept demo's is DIR/card.state)")
    private Path file = Path.of("");

    @Option(
            names = "--kind",
            paramLabel = "piv|pkcs15",
            description = "which card it is; default: ${DEFAULT-VALUE}")
    private CardKind kind = CardKind.PIV;

    @Option(
            names = "--create",
            description = "make a new card without keys; its PIN and PUK are asked for")
    private boolean create;

    @Option(
            names = "--number",
            paramLabel = "DIGITS",
            description = "with --create: its card number, 16 digits; default: ${DEFAULT-VALUE}")
    private String number = "0088000000000001";

    @Option(
            names = "--pin-file",
            paramLabel = "FILE",
            description = "with --create: read its PIN from this file instead of asking")
    private Optional<Path> pinFile = Optional.empty();

    @Option(
            names = "--puk-file",
            paramLabel = "FILE",
            description = "with --create: read its PUK from this file instead of asking")
    private Optional<Path> pukFile = Optional.empty();

    @Option(
            names = "--vpcd",
            paramLabel = "HOST:PORT",
            description = "where vpcd listens; default: ${DEFAULT-VALUE}")
    private String vpcd = "127.0.0.1:" + VpcdReader.DEFAULT_PORT;

    VirtualCardCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        InetSocketAddress address = address();
        CountDownLatch asked = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(asked::countDown));
        try (CardLock _ = CardLock.take(file);
                VpcdReader reader = new VpcdReader(address)) {
            CardKind.Inserted card = card();
            reader.insert(card.card());
            Thread.ofPlatform().daemon().start(() -> obey(card, reader, asked));
            announce(reader, address, asked);
            asked.await();
        }
        return 0;
    }

    private CardKind.Inserted card() {
        SecureRandom random = new SecureRandom();
        try {
            return create ? kind.create(file, personalisation(), random) : kind.open(file, random);
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": " + e.getMessage(), e);
        }
    }

    private Personalisation personalisation() {
        SecretEntry secrets = new SecretEntry(console);
        char[] pin =
                secrets.characters(pinFile, console.choose("新卡PIN碼: ", "PIN of the new card: "));
        char[] puk = new char[0];
        try {
            puk = secrets.characters(pukFile, console.choose("新卡PUK碼: ", "PUK of the new card: "));
            return new Personalisation(new CardNumber(number), pin, puk);
        } catch (IllegalArgumentException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, String.valueOf(e.getMessage()), e);
        } finally {
            Arrays.fill(pin, '\0');
            Arrays.fill(puk, '\0');
        }
    }

    /// Says when vpcd has the card; it may come later than we.
    private void announce(VpcdReader reader, InetSocketAddress address, CountDownLatch asked)
            throws InterruptedException {
        if (!address.getAddress().isLoopbackAddress()) {
            console.say(
                    "%s",
                    console.choose(
                            "注意:PIN碼會以明文經過網路。", "Mind: the PIN crosses the network as it is."));
        }
        boolean told = false;
        while (!reader.awaitConnection(PATIENCE)) {
            if (asked.getCount() == 0) {
                return;
            }
            if (!told) {
                told = true;
                console.say(
                        "%s %s",
                        console.choose(
                                "等候vpcd(pcscd是否執行中?)", "waiting for vpcd (does pcscd run?) at"),
                        vpcd);
            }
        }
        console.say("%s %s", console.choose("虛擬IC卡已放入讀卡機", "the card is in the reader of"), vpcd);
    }

    /// Until `quit`; when the input ends, the card stays where it is.
    private void obey(CardKind.Inserted card, VpcdReader reader, CountDownLatch asked) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.strip().equals("quit")) {
                    asked.countDown();
                    return;
                }
                console.say("%s", obey(card, reader, line.strip()));
            }
        } catch (IOException e) {
            console.fail(Problem.FILE_NOT_USABLE, "standard input: " + e.getMessage());
        }
    }

    private String obey(CardKind.Inserted card, VpcdReader reader, String command) {
        Matcher cut = CUT.matcher(command);
        if (cut.matches()) {
            Faults.Moment moment = Faults.Moment.valueOf(cut.group(1).toUpperCase(Locale.ROOT));
            card.faults().cutAt(Integer.parseInt(cut.group(2)), moment);
            return console.choose("已設定中斷: ", "armed: ") + command;
        }
        if (command.equals("insert") && !reader.cardPresent()) {
            reader.insert(card.card());
            return console.choose("IC卡已放回讀卡機。", "The card is in the reader.");
        }
        if (command.equals("eject") && reader.eject().isPresent()) {
            return console.choose("IC卡已取出。", "The card is out of the reader.");
        }
        return console.choose("不明或無作用的指令: ", "unknown or of no effect: ") + command;
    }

    private InetSocketAddress address() {
        Matcher parts = ADDRESS.matcher(vpcd);
        try {
            if (parts.matches()) {
                return new InetSocketAddress(
                        InetAddress.getByName(parts.group(1)), Integer.parseInt(parts.group(2)));
            }
        } catch (UnknownHostException | IllegalArgumentException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, "--vpcd " + vpcd, e);
        }
        throw new Failure(Problem.CONFIGURATION_INVALID, "--vpcd takes HOST:PORT, got " + vpcd);
    }
}
