// SPDX-License-Identifier: Apache-2.0
package perennial.agent.loopback;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.agent.json.Json;
import perennial.agent.loopback.WindowFiles.Role;
import perennial.agent.tools.FileTools;
import perennial.agent.tools.FileTools.Presented;
import perennial.agent.tools.FileTools.SignatureForm;
import perennial.card.PinOutcome;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.protocol.cms.SignerVerdict;

/// Questions of the card tools' page about files: first the file comes in parts, then what is to be
/// done with it, then the result goes in parts.
final class FileRoutes {
    private final FileTools tools;
    private final FileTools.Trust trust;
    private final WindowFiles files;
    private final ToolRoutes card;

    /// @param trust whose certificates count where a signature is verified
    FileRoutes(FileTools tools, FileTools.Trust trust, WindowFiles files, ToolRoutes card) {
        this.tools = tools;
        this.trust = trust;
        this.files = files;
        this.card = card;
    }

    Json.Members begin(Call call) throws Json.MalformedException {
        files.begin(call.window(), role(call.json().text("role").orElse("")));
        return new Json.Members();
    }

    Json.Members append(Call call) {
        Role role = role(call.field("X-Perennial-File"));
        files.append(call.window(), role, call.body());
        return new Json.Members();
    }

    Json.Members sign(Call call) {
        SignatureForm form = form(call.field("X-Perennial-Form"));
        Path content = files.given(call.window(), Role.CONTENT);
        return withPin(
                call,
                (presented, result) -> tools.sign(presented, form, List.of(), content, result));
    }

    Json.Members decipher(Call call) {
        Path content = files.given(call.window(), Role.CONTENT);
        return withPin(call, (presented, result) -> tools.decipher(presented, content, result));
    }

    private interface Work {
        PinOutcome with(Presented presented, Path result);
    }

    private Json.Members withPin(Call call, Work work) {
        Path result = files.result(call.window());
        return card.behindPin(call, presented -> work.with(presented, result));
    }

    /// Whether there is content beside the signature decides how it is read.
    Json.Members verify(Call call) throws Json.MalformedException {
        boolean detached = call.json().text("detached").orElse("").equals("yes");
        Path result = files.result(call.window());
        List<SignerVerdict> verdicts =
                tools.verify(
                        files.given(call.window(), Role.SIGNATURE),
                        detached
                                ? Optional.of(files.given(call.window(), Role.CONTENT))
                                : Optional.empty(),
                        detached ? Optional.empty() : Optional.of(result),
                        trust);
        return new Json.Members()
                .with("counts", verdicts.stream().allMatch(SignerVerdict::counts))
                .with("result", Files.exists(result))
                .with("signers", Answers.list(verdicts, FileRoutes::signer));
    }

    private static Json signer(SignerVerdict verdict) {
        return new Json.Members()
                .with(
                        "subject",
                        verdict.certificate().map(Certificate::subjectText).map(Json.Text::new))
                .with(
                        "serial",
                        verdict.certificate().map(c -> new Json.Text(c.serialNumber().hex())))
                .with("claimedTime", verdict.claimedTime().map(t -> new Json.Text(t.toString())))
                .with("chain", Answers.list(verdict.chain(), c -> new Json.Text(c.subjectText())))
                .with(
                        "doubts",
                        Answers.list(
                                verdict.doubts().stream().sorted().toList(),
                                doubt -> new Json.Text(doubt.name())));
    }

    /// @return Base64; empty when all has been told
    Json.Members part(Call call) throws Json.MalformedException {
        byte[] octets = files.part(call.window(), call.json().whole("from"));
        return new Json.Members().with("octets", Base64.getEncoder().encodeToString(octets));
    }

    Json.Members forget(Call call) {
        files.forget(call.window());
        return new Json.Members();
    }

    private static Role role(String text) {
        return switch (text) {
            case "content" -> Role.CONTENT;
            case "signature" -> Role.SIGNATURE;
            default -> throw new AgentException(Problem.REQUEST_INVALID, "no such file");
        };
    }

    private static SignatureForm form(String text) {
        return switch (text) {
            case "attached" -> SignatureForm.ATTACHED;
            case "detached" -> SignatureForm.DETACHED;
            case "pkcs1" -> SignatureForm.PKCS1;
            default -> throw new AgentException(Problem.REQUEST_INVALID, "no such form");
        };
    }
}
