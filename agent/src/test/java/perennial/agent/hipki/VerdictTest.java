// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;

/// Whatever the agent answers in the dialect has words.
class VerdictTest {
    private final CodeTexts texts = new CodeTexts();

    @ParameterizedTest
    @EnumSource(Problem.class)
    void every_problem_has_a_code_with_a_text_in_both_languages(Problem problem) {
        Verdict verdict = Verdict.of(problem);
        for (Language language : Language.values()) {
            assertTrue(texts.text(verdict.code().hex(), language).isPresent(), problem::name);
            assertTrue(
                    verdict.lastError() == 0 || texts.lastError(verdict, language).isPresent(),
                    problem::name);
        }
    }

    @Test
    void every_code_that_is_answered_has_its_text() {
        for (RetCode code : RetCode.values()) {
            for (Language language : Language.values()) {
                assertTrue(texts.text(code.hex(), language).isPresent(), code::name);
            }
        }
    }
}
