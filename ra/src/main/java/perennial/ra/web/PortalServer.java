// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import jakarta.servlet.DispatcherType;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.web.error.ErrorPage;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.MessageSource;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.ViewResolver;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.http.BytesHandler;
import perennial.ra.renewal.RenewalDesk;
import tools.jackson.databind.json.JsonMapper;

/// The servlet container with the portal and the services mounted beside it. Beans are named here
/// one by one: nothing is scanned for or configured by what happens to lie on the class path.
public final class PortalServer implements AutoCloseable {
    /// Eight certificates in Base64, and what surrounds them.
    private static final long MAX_BODY = 256 * 1024;

    private final AnnotationConfigServletWebServerApplicationContext context;

    private PortalServer(AnnotationConfigServletWebServerApplicationContext context) {
        this.context = context;
    }

    /// Starts and returns when requests are answered.
    ///
    /// @param mounts services by their path
    public static PortalServer start(
            String host,
            int port,
            Optional<URI> publicAddress,
            URI agentOrigin,
            RenewalDesk desk,
            Map<String, BytesHandler> mounts) {
        quieten();
        var context = new AnnotationConfigServletWebServerApplicationContext();
        context.register(PortalConfiguration.class);
        context.registerBean(
                JettyServletWebServerFactory.class, () -> container(address(host), port));
        context.registerBean(RenewalDesk.class, () -> desk, bean -> bean.setDestroyMethodName(""));
        context.registerBean(AdviceBook.class);
        context.registerBean(StateBook.class);
        context.registerBean(JsonMapper.class, () -> JsonMapper.builder().build());
        context.registerBean(
                Pages.class,
                () ->
                        new Pages(
                                agentOrigin,
                                context.getBean(AdviceBook.class),
                                context.getBean(JsonMapper.class)));
        context.registerBean(ErrorAnswers.class);
        context.registerBean(CardApi.class);
        context.registerBean("messageSource", MessageSource.class, PortalConfiguration::messages);
        context.registerBean(
                ViewResolver.class,
                () -> PortalConfiguration.templates(context.getBean(MessageSource.class)));
        context.registerBean("portal", ServletRegistrationBean.class, () -> portal(context));
        context.registerBean(
                "guard",
                FilterRegistrationBean.class,
                () -> guard(new PortalGuard(host, publicAddress, mounts.keySet())));
        mounts.forEach((path, handler) ->
                context.registerBean(
                        path, ServletRegistrationBean.class, () -> mount(path, handler)));
        context.refresh();
        return new PortalServer(context);
    }

    /// The port listened on.
    public int port() {
        return Objects.requireNonNull(context.getWebServer()).getPort();
    }

    @Override
    public void close() {
        context.close();
    }

    private static JettyServletWebServerFactory container(InetAddress address, int port) {
        JettyServletWebServerFactory factory = new JettyServletWebServerFactory(port);
        factory.setAddress(address);
        factory.setThreadPool(new VirtualThreadPool());
        factory.addErrorPages(new ErrorPage(ErrorAnswers.PATH));
        factory.addServerCustomizers(PortalServer::tune);
        return factory;
    }

    private static void tune(Server server) {
        server.insertHandler(new SizeLimitHandler(MAX_BODY, -1));
        for (Connector connector : server.getConnectors()) {
            HttpConfiguration http =
                    connector
                            .getConnectionFactory(HttpConnectionFactory.class)
                            .getHttpConfiguration();
            http.setSendServerVersion(false);
            // An OCSP request in a path is Base64, with slashes encoded or not (RFC 6960 A.1).
            http.setUriCompliance(
                    UriCompliance.from(
                            EnumSet.of(
                                    UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                                    UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT)));
        }
    }

    private static ServletRegistrationBean<DispatcherServlet> portal(
            WebApplicationContext context) {
        DispatcherServlet servlet = new DispatcherServlet();
        // Injected, not handed to the constructor: the servlet would close the context that is
        // closing it.
        servlet.setApplicationContext(context);
        var registration = new ServletRegistrationBean<>(servlet, "/");
        registration.setName("portal");
        registration.setLoadOnStartup(1);
        return registration;
    }

    private static FilterRegistrationBean<PortalGuard> guard(PortalGuard guard) {
        var registration = new FilterRegistrationBean<>(guard);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
        return registration;
    }

    private static ServletRegistrationBean<BytesServlet> mount(String path, BytesHandler handler) {
        var registration =
                new ServletRegistrationBean<>(new BytesServlet(path, handler), path, path + "/*");
        registration.setName(path);
        return registration;
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new ProtocolException(
                    Problem.CONFIGURATION_INVALID,
                    FailInfo.systemFailure,
                    "no address for host " + host,
                    e);
        }
    }

    /// The container's start and stop are no news.
    private static void quieten() {
        LoggingSystem logging = LoggingSystem.get(PortalServer.class.getClassLoader());
        for (String logger :
                new String[] {"org.eclipse.jetty", "org.springframework", "org.thymeleaf"}) {
            logging.setLogLevel(logger, LogLevel.WARN);
        }
    }
}
