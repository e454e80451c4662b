// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Problem;
import perennial.protocol.cmp.ProtocolException;

/// Every failure of the portal: a page for people, JSON for its script; code, cause and remedy,
/// never a stack trace.
@Controller
final class ErrorAnswers implements HandlerExceptionResolver {
    static final String PATH = "/error";
    private static final String PROBLEM = "perennial.problem";

    private final AdviceBook book;
    private final Pages pages;

    ErrorAnswers(AdviceBook book, Pages pages) {
        this.book = book;
        this.pages = pages;
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request,
            HttpServletResponse response,
            @Nullable Object handler,
            Exception failure) {
        return switch (failure) {
            case RefusedRequest refused ->
                    send(request, response, refused.status(), refused.problem());
            case ProtocolException failed ->
                    send(request, response, HttpStatus.SERVICE_UNAVAILABLE, failed.problem());
            default -> null;
        };
    }

    @RequestMapping(PATH)
    Object error(HttpServletRequest request) {
        HttpStatus status =
                request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                        ? HttpStatus.valueOf(code)
                        : HttpStatus.NOT_FOUND;
        Problem problem =
                request.getAttribute(PROBLEM) instanceof Problem known ? known : problem(status);
        Advice advice = book.advice(problem, PageLanguage.of(request));
        if (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String path
                && path.startsWith("/api/")) {
            return ResponseEntity.status(status)
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(new ProblemAnswer(advice));
        }
        ModelAndView page =
                pages.page("error", request)
                        .addObject("status", status.value())
                        .addObject("code", advice.code())
                        .addObject("cause", advice.cause())
                        .addObject("remedy", advice.remedy());
        page.setStatus(status);
        return page;
    }

    private static Problem problem(HttpStatus status) {
        if (status == HttpStatus.NOT_FOUND) {
            return Problem.PAGE_NOT_FOUND;
        }
        return status.is4xxClientError() ? Problem.REQUEST_INVALID : Problem.INTERNAL;
    }

    private static ModelAndView send(
            HttpServletRequest request,
            HttpServletResponse response,
            HttpStatus status,
            Problem problem) {
        request.setAttribute(PROBLEM, problem);
        try {
            response.sendError(status.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ModelAndView();
    }
}
