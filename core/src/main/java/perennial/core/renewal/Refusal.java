// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.time.Instant;
import java.util.Optional;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;

/// A no, told in three ways.
///
/// @param problem what the holder is told
/// @param failInfo what the protocol's answer carries
/// @param text for logs and developers, in English; begins with the problem's code
public record Refusal(Problem problem, FailInfo failInfo, String text) {

    /// @param sentence what follows the code
    public static Refusal of(Problem problem, FailInfo failInfo, String sentence) {
        return new Refusal(problem, failInfo, "%s %s".formatted(problem.code(), sentence));
    }

    /// Why it may not be renewed; empty when it may.
    public static Optional<Refusal> of(Eligibility eligibility) {
        return switch (eligibility) {
            case Eligibility.Open _ -> Optional.empty();
            case Eligibility.TooEarly(Instant from) ->
                    no(Problem.TOO_EARLY, FailInfo.badTime, "may be renewed from " + from);
            case Eligibility.TooLate(Instant since) ->
                    no(Problem.EXPIRED, FailInfo.badTime, "could be renewed until " + since);
            case Eligibility.Exhausted(int maxTimes) ->
                    no(
                            Problem.RENEWED_TOO_OFTEN,
                            FailInfo.unacceptedPolicy,
                            "has been renewed %d times, as often as allowed".formatted(maxTimes));
            case Eligibility.KeyTooOld(Instant bound) ->
                    no(
                            Problem.KEY_TOO_OLD,
                            FailInfo.unacceptedPolicy,
                            "its key may be used until " + bound);
            case Eligibility.Revoked(Instant time, var reason) ->
                    no(
                            Problem.REVOKED,
                            FailInfo.certRevoked,
                            "was revoked at %s for %s".formatted(time, reason));
            case Eligibility.Suspended(Instant time) ->
                    no(Problem.SUSPENDED, FailInfo.notAuthorized, "is suspended since " + time);
            case Eligibility.Superseded() ->
                    no(Problem.SUPERSEDED, FailInfo.certConfirmed, "has been renewed already");
            case Eligibility.ForeignIssuer() ->
                    no(
                            Problem.FOREIGN_ISSUER,
                            FailInfo.wrongAuthority,
                            "was not issued by an authority served here");
            case Eligibility.UnknownCertificate() ->
                    no(
                            Problem.UNKNOWN_CERTIFICATE,
                            FailInfo.badCertId,
                            "is not known to its authority");
        };
    }

    /// The problem that a text written by this class speaks of; of any other text, only that it is
    /// a refusal.
    public static Problem problemOf(String text) {
        return Problem.atStartOf(text).orElse(Problem.RA_REFUSED);
    }

    /// The same as an answer.
    public IssueOutcome.Rejection outcome() {
        return new IssueOutcome.Rejection(failInfo, text);
    }

    private static Optional<Refusal> no(Problem problem, FailInfo failInfo, String predicate) {
        return Optional.of(of(problem, failInfo, "the certificate " + predicate));
    }
}
