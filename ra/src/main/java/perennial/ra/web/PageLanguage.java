// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.util.WebUtils;
import perennial.core.advice.Language;

/// Which language a page is in: the one chosen by `?lang=` now or before, else the browser's, else
/// Traditional Chinese.
final class PageLanguage implements LocaleResolver, HandlerInterceptor {
    private static final String PARAMETER = "lang";
    private static final String COOKIE = "perennial_lang";
    private static final Duration REMEMBERED = Duration.ofDays(365);

    static Language of(HttpServletRequest request) {
        return chosen(request)
                .or(() -> remembered(request))
                .or(() -> preferred(request))
                .orElse(Language.ZH_TW);
    }

    @Override
    public Locale resolveLocale(HttpServletRequest request) {
        return of(request).locale();
    }

    @Override
    public void setLocale(
            HttpServletRequest request,
            @Nullable HttpServletResponse response,
            @Nullable Locale locale) {
        throw new UnsupportedOperationException("the language is chosen by the request");
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        response.setHeader(HttpHeaders.CONTENT_LANGUAGE, of(request).tag());
        chosen(request)
                .ifPresent(language ->
                        response.addHeader(
                                HttpHeaders.SET_COOKIE,
                                ResponseCookie.from(COOKIE, language.tag())
                                        .path("/")
                                        .httpOnly(true)
                                        .sameSite("Lax")
                                        .secure(request.isSecure())
                                        .maxAge(REMEMBERED)
                                        .build()
                                        .toString()));
        return true;
    }

    private static Optional<Language> chosen(HttpServletRequest request) {
        return Optional.ofNullable(request.getParameter(PARAMETER)).flatMap(PageLanguage::tagged);
    }

    private static Optional<Language> remembered(HttpServletRequest request) {
        return Optional.ofNullable(WebUtils.getCookie(request, COOKIE))
                .map(Cookie::getValue)
                .flatMap(PageLanguage::tagged);
    }

    private static Optional<Language> preferred(HttpServletRequest request) {
        if (request.getHeader(HttpHeaders.ACCEPT_LANGUAGE) == null) {
            return Optional.empty();
        }
        return Collections.list(request.getLocales()).stream()
                .filter(locale ->
                        locale.getLanguage().equals("zh") || locale.getLanguage().equals("en"))
                .map(Language::of)
                .findFirst();
    }

    private static Optional<Language> tagged(String tag) {
        for (Language language : Language.values()) {
            if (language.tag().equals(tag)) {
                return Optional.of(language);
            }
        }
        return Optional.empty();
    }
}
