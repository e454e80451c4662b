// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.util.Optional;
import perennial.cli.sweep.SweepCase.Fault;
import perennial.cli.sweep.SweepCase.Place;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.protocol.cmp.ProtocolException;
import perennial.protocol.http.MessageExchange;

/// A way to the registration authority that breaks at the exchange that the breaker names.
record BreakingExchange(MessageExchange direct, Breaker breaker) implements MessageExchange {
    @Override
    public byte[] exchange(byte[] request) {
        breaker.late().ifPresent(direct::exchange);
        Optional<Fault> fault = breaker.pass(Place.EXCHANGE);
        if (fault.isEmpty()) {
            return direct.exchange(request);
        }
        return switch (fault.get()) {
            case REQUEST_LOST -> throw unreachable();
            case DEATH_BEFORE_REQUEST -> throw new Breaker.Died("before a request");
            case DELAYED -> {
                breaker.delay(request);
                throw unreachable();
            }
            case DUPLICATED -> {
                byte[] _ = direct.exchange(request);
                yield direct.exchange(request);
            }
            case DEATH_AFTER_REQUEST -> {
                byte[] _ = direct.exchange(request);
                throw new Breaker.Died("after a request");
            }
            default -> {
                byte[] _ = direct.exchange(request);
                throw unreachable();
            }
        };
    }

    private static ProtocolException unreachable() {
        return new ProtocolException(
                Problem.RA_UNREACHABLE, FailInfo.systemUnavail, "broken by the sweep");
    }
}
