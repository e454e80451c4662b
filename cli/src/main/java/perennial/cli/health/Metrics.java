// SPDX-License-Identifier: Apache-2.0
package perennial.cli.health;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import perennial.ca.health.HealthCheck.Health;
import perennial.core.authority.CertificationAuthority;
import perennial.protocol.http.BytesHandler;

/// The authority's metrics in Prometheus' text format. Counters and latencies are taken at the
/// doors, so the authority itself knows nothing of it; everything else is asked of its health when
/// somebody reads.
public final class Metrics implements BytesHandler {
    private static final double[] SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter calls;
    private final Histogram callSeconds;
    private final Counter requests;
    private final Histogram requestSeconds;
    private final HealthGauges gauges;
    private final LongSupplier nanoTime;

    /// @param nanoTime as [System#nanoTime]
    public Metrics(Supplier<Health> health, Clock clock, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.calls =
                Counter.builder()
                        .name("perennial_authority_calls_total")
                        .help("Certificates asked for and changes of status, by outcome")
                        .labelNames("authority", "call", "outcome")
                        .register(registry);
        this.callSeconds =
                Histogram.builder()
                        .name("perennial_authority_call_seconds")
                        .help("How long they took")
                        .labelNames("authority", "call")
                        .classicOnly()
                        .classicUpperBounds(SECONDS)
                        .register(registry);
        this.requests =
                Counter.builder()
                        .name("perennial_http_requests_total")
                        .help("Requests to each service, by status")
                        .labelNames("service", "status")
                        .register(registry);
        this.requestSeconds =
                Histogram.builder()
                        .name("perennial_http_request_seconds")
                        .help("How long they took")
                        .labelNames("service")
                        .classicOnly()
                        .classicUpperBounds(SECONDS)
                        .register(registry);
        this.gauges = new HealthGauges(registry, health, clock);
    }

    /// The authority, with its calls counted and timed.
    ///
    /// @param name the authority's
    public CertificationAuthority measured(String name, CertificationAuthority authority) {
        return new MeasuredAuthority(name, authority, this);
    }

    /// The service, with its requests counted and timed.
    ///
    /// @param name `ocsp`, `crl`, `cmp` and so on
    public BytesHandler measured(String name, BytesHandler service) {
        return request -> {
            long start = nanoTime.getAsLong();
            String status = "500";
            try {
                Answer answer = service.handle(request);
                status = Integer.toString(answer.status());
                return answer;
            } finally {
                requests.labelValues(name, status).inc();
                requestSeconds.labelValues(name).observe(secondsSince(start));
            }
        };
    }

    long start() {
        return nanoTime.getAsLong();
    }

    void called(String authority, String call, String outcome, long start) {
        calls.labelValues(authority, call, outcome).inc();
        callSeconds.labelValues(authority, call).observe(secondsSince(start));
    }

    private double secondsSince(long start) {
        return (nanoTime.getAsLong() - start) / 1e9;
    }

    @Override
    public Answer handle(Request request) {
        if (!request.method().equals("GET")) {
            return new Answer(405, "text/plain", Map.of("Allow", "GET"), new byte[0]);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        try {
            synchronized (gauges) {
                gauges.take();
                writer.write(out, registry.scrape());
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory takes what is written", e);
        }
        return new Answer(
                200,
                writer.getContentType(),
                Map.of("Cache-Control", "no-store"),
                out.toByteArray());
    }
}
