// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.ModelAndView;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;
import tools.jackson.databind.json.JsonMapper;

/// The portal's pages.
@Controller
final class Pages {
    private final URI agentOrigin;
    private final Map<Language, String> advice = new EnumMap<>(Language.class);

    Pages(URI agentOrigin, AdviceBook book, JsonMapper json) {
        this.agentOrigin = agentOrigin;
        for (Language language : Language.values()) {
            Map<String, Words> words = new LinkedHashMap<>();
            for (Problem problem : Problem.values()) {
                Advice known = book.advice(problem, language);
                words.put(known.code(), new Words(known.cause(), known.remedy()));
            }
            advice.put(language, json.writeValueAsString(words));
        }
    }

    /// What the page's script shows for a problem that only it sees.
    private record Words(String cause, String remedy) {}

    @GetMapping("/")
    ModelAndView home(HttpServletRequest request) {
        return page("home", request);
    }

    @GetMapping("/renewal")
    ModelAndView renewal(HttpServletRequest request) {
        return page("renewal", request);
    }

    @GetMapping("/help/component")
    ModelAndView component(HttpServletRequest request) {
        return page("component", request);
    }

    /// Where integrators call every function of the component.
    @GetMapping("/api-test")
    ModelAndView apiTest(HttpServletRequest request) {
        return page("api-test", request);
    }

    /// A page with what every page needs.
    ModelAndView page(String template, HttpServletRequest request) {
        Language language = PageLanguage.of(request);
        Language other = language == Language.EN ? Language.ZH_TW : Language.EN;
        return new ModelAndView(template)
                .addObject("lang", language.tag())
                .addObject("otherLang", other.tag())
                .addObject("agentOrigin", agentOrigin.toString())
                .addObject("adviceJson", Objects.requireNonNull(advice.get(language)));
    }
}
