// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.PrintStream;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Explained;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;

/// Where a command writes, and how it says what went wrong.
public final class Console {
    /// A command failed and has said why.
    public static final int FAILED = 1;

    private final PrintStream out;
    private final PrintStream err;
    private final Language language;
    private final AdviceBook book = new AdviceBook();

    Console(PrintStream out, PrintStream err, Language language) {
        this.out = out;
        this.err = err;
        this.language = language;
    }

    public Language language() {
        return language;
    }

    public Advice advice(Problem problem) {
        return book.advice(problem, language);
    }

    public void say(String format, Object... arguments) {
        out.printf(format + "%n", arguments);
        out.flush();
    }

    /// In the language of the person.
    public String choose(String chinese, String english) {
        return language == Language.ZH_TW ? chinese : english;
    }

    /// Says the problem's code, cause, remedy and the detail.
    public void fail(Problem problem, String detail) {
        Advice advice = advice(problem);
        err.printf("%s %s%n", advice.code(), advice.cause());
        err.printf("    %s%n", advice.remedy());
        if (!detail.isBlank()) {
            err.printf("    (%s)%n", detail);
        }
        err.flush();
    }

    /// The problem behind a failure; INTERNAL for what nobody expected.
    public static Problem problemOf(Throwable failure) {
        return failure instanceof Explained explained ? explained.problem() : Problem.INTERNAL;
    }

    /// For the person who looks into it: the message of what is expected to fail; of what is not,
    /// every kind and message down to the first cause.
    public static String detailOf(Throwable failure) {
        if (problemOf(failure) != Problem.INTERNAL) {
            return String.valueOf(failure.getMessage());
        }
        StringBuilder causes = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            causes.append(causes.isEmpty() ? "" : ", caused by ")
                    .append(cause.getClass().getSimpleName())
                    .append(": ")
                    .append(cause.getMessage());
        }
        return causes.toString();
    }
}
