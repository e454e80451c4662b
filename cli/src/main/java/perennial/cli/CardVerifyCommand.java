// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.FileTools;
import perennial.agent.tools.PinPolicy;
import perennial.card.CardException;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.protocol.cms.SignerVerdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `perennial card verify`.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Verifies a CMS signature (RFC 5652): who, when, and by which chain. No card needed.",
            "Exit code 0 only if every signature counts."
        })
final class CardVerifyCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "SIGNATURE", description = "a .p7s or .p7m file, DER or BER")
    private Path signature = Path.of("");

    @Option(
            names = "--content",
            paramLabel = "FILE",
            description = "the signed file, for a signature beside it")
    private Optional<Path> content = Optional.empty();

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            required = true,
            description = "the authorities that signers' certificates must lead to, PEM or DER")
    private Path trust = Path.of("");

    @Option(
            names = "--chain",
            paramLabel = "FILE",
            description = "certificates that may stand between, PEM or DER")
    private Optional<Path> chain = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "where the content goes that an attached signature carries")
    private Optional<Path> out = Optional.empty();

    CardVerifyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CardTools noCard =
                new CardTools(
                        reader -> {
                            throw new CardException(Problem.NO_CARD, reader);
                        },
                        PinPolicy.STANDARD,
                        Clock.systemUTC());
        List<SignerVerdict> verdicts =
                new FileTools(noCard, Clock.systemUTC(), new SecureRandom())
                        .verify(
                                signature,
                                content,
                                out,
                                new FileTools.Trust(
                                        PemFiles.read(trust),
                                        chain.map(PemFiles::read).orElse(List.of())));
        verdicts.forEach(this::say);
        if (verdicts.stream().allMatch(SignerVerdict::counts)) {
            console.say("%s", console.choose("簽章有效", "VALID"));
            return 0;
        }
        console.fail(Problem.SIGNATURE_NOT_VALID, "");
        return Console.FAILED;
    }

    private void say(SignerVerdict verdict) {
        console.say(
                "%s %s",
                console.choose("簽章者", "signer"),
                verdict.certificate()
                        .map(Certificate::subjectText)
                        .orElseGet(() -> console.choose("不明", "unknown")));
        verdict.certificate()
                .ifPresent(certificate ->
                        console.say(
                                "  %s %s  %s ~ %s",
                                console.choose("憑證序號", "serial number"),
                                certificate.serialNumber(),
                                certificate.validity().notBefore(),
                                certificate.validity().notAfter()));
        console.say(
                "  %s %s",
                console.choose("簽章者聲稱的時間", "time, as the signer claims"),
                verdict.claimedTime().map(String::valueOf).orElse("-"));
        verdict.chain()
                .forEach(one ->
                        console.say("  %s %s", console.choose("憑證鏈", "chain"), one.subjectText()));
        verdict.doubts().stream().sorted().forEach(doubt -> console.say("  ! %s", doubt(doubt)));
    }

    private String doubt(SignerVerdict.Doubt doubt) {
        return switch (doubt) {
            case NO_CERTIFICATE ->
                    console.choose("簽章內沒有簽章者的憑證", "the signer's certificate is not there");
            case NOT_INTACT ->
                    console.choose("檔案與簽章不符，可能被修改過", "file and signature do not belong together");
            case WEAK_DIGEST -> console.choose("使用不安全的雜湊演算法", "a digest that is not safe");
            case OTHER_CERTIFICATE ->
                    console.choose("簽章指定的是另一張憑證", "the signature names another certificate");
            case NOT_FOR_SIGNATURES ->
                    console.choose("這張憑證不可用於簽章", "the certificate is not for signatures");
            case NOT_VALID_WHEN_SIGNED ->
                    console.choose(
                            "簽章時憑證不在效期內", "the certificate was not valid at the time of signing");
            case EXPIRED_SINCE ->
                    console.choose(
                            "憑證已逾期，且沒有時戳可證明簽章時間",
                            "the certificate has expired since, and nobody attests the time");
            case NOT_TRUSTED ->
                    console.choose(
                            "憑證不是由信任的憑證機構簽發", "the certificate leads to no trusted authority");
        };
    }
}
