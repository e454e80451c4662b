// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import perennial.agent.CardView.SlotCertificate;
import perennial.agent.ReaderView;
import perennial.agent.RenewalProgress;
import perennial.agent.RenewalProgress.CertificateProgress;
import perennial.agent.UnfinishedRenewal;
import perennial.agent.json.Json;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;

/// What the agent knows, in the pages' JSON.
final class Answers {
    private final AdviceBook advices = new AdviceBook();

    Json.Members problem(Problem problem, Language language) {
        return new Json.Members().with("problem", advice(problem, language));
    }

    private Json.Members advice(Problem problem, Language language) {
        Advice advice = advices.advice(problem, language);
        return new Json.Members()
                .with("code", advice.code())
                .with("cause", advice.cause())
                .with("remedy", advice.remedy());
    }

    /// A code's texts by language; those of INTERNAL for a code that there is not.
    Json.Members inAllLanguages(String code) {
        Problem problem =
                Arrays.stream(Problem.values())
                        .filter(p -> p.code().equals(code))
                        .findFirst()
                        .orElse(Problem.INTERNAL);
        Json.Members all = new Json.Members();
        for (Language language : Language.values()) {
            all.with(language.tag(), advice(problem, language));
        }
        return all;
    }

    Json reader(ReaderView reader, Language language) {
        return new Json.Members()
                .with("name", reader.name())
                .with("cardPresent", reader.cardPresent())
                .with("cardNumber", reader.cardNumber().map(CardNumber::value).map(Json.Text::new))
                .with("problem", reader.problem().map(p -> advice(p, language)));
    }

    Json certificate(SlotCertificate held) {
        Certificate certificate = held.certificate();
        return new Json.Members()
                .with("slot", held.slot().name())
                .with("der", Base64.getEncoder().encodeToString(certificate.der()))
                .with("subject", certificate.subjectText())
                .with("issuer", certificate.issuerText())
                .with("serial", certificate.serialNumber().hex())
                .with("notBefore", time(certificate.validity().notBefore()))
                .with("notAfter", time(certificate.validity().notAfter()));
    }

    Json toRenew(SlotCertificate held) {
        Certificate certificate = held.certificate();
        return new Json.Members()
                .with("slot", held.slot().name())
                .with("subject", certificate.subjectText())
                .with("serial", certificate.serialNumber().hex())
                .with("notAfter", time(certificate.validity().notAfter()));
    }

    Json.Members progress(RenewalProgress progress, Language language) {
        return new Json.Members()
                .with("version", progress.version())
                .with("step", progress.step().name())
                .with("cardInUse", progress.cardInUse())
                .with("certificates", list(progress.certificates(), c -> one(c, language)))
                .with("finished", progress.finished())
                .with("problem", progress.problem().map(p -> advice(p, language)));
    }

    private Json one(CertificateProgress certificate, Language language) {
        Optional<Certificate> fresh = certificate.fresh();
        return new Json.Members()
                .with("slot", certificate.slot().name())
                .with("serial", certificate.serialNumber().hex())
                .with("state", certificate.state().name())
                .with("newSerial", fresh.map(c -> new Json.Text(c.serialNumber().hex())))
                .with("newNotAfter", fresh.map(c -> new Json.Text(time(c.validity().notAfter()))))
                .with("problem", certificate.problem().map(p -> advice(p, language)));
    }

    Json unfinished(UnfinishedRenewal renewal) {
        return new Json.Members()
                .with("cardNumber", renewal.cardNumber().value())
                .with("since", time(renewal.since()))
                .with("registrationAuthority", renewal.registrationAuthority().toString())
                .with("step", renewal.step().name());
    }

    static <T> Json.Array list(List<T> items, Function<T, Json> form) {
        return new Json.Array(items.stream().map(form).toList());
    }

    private static String time(Instant instant) {
        return instant.toString();
    }
}
