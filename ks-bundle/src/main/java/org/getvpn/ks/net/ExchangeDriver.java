// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.net;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.getvpn.gdoi.exchange.Computation;
import org.getvpn.gdoi.exchange.Datagram;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Exchange;
import org.getvpn.gdoi.exchange.Fact;
import org.getvpn.gdoi.exchange.KeyServerEndpoint;
import org.getvpn.gdoi.exchange.Outcome;
import org.getvpn.gdoi.exchange.Ticks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries datagrams, results and time between an {@link Exchange} and the world. All calls to the
 * exchange happen on the transport's event loop.
 *
 * <p>Messages that begin an exchange stand in a line of their own, and all others go before them: a
 * flood of first messages fills that line, not the socket, and loses nothing of an exchange that
 * has begun.
 */
public final class ExchangeDriver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExchangeDriver.class);

    /** Hears what happened, on the event loop. */
    public interface Observer {
        /** The exchange stated a fact; before {@link #rejected} tells of the same datagram. */
        void fact(Fact fact);

        /** A datagram was ignored or ended its exchange; {@code reason} in an operator's words. */
        void rejected(Endpoint peer, Outcome.Verdict verdict, String reason);
    }

    /** First messages that may stand in line. */
    static final int LONGEST_LINE = 2048;

    private static final int SERVED_AT_ONCE = 16;

    private final Exchange exchange;
    private final ComputationPool pool;
    private final Supplier<Ticks> clock;
    private final Observer observer;
    private final UdpTransport transport;
    private final FirstMessages line = new FirstMessages(LONGEST_LINE);
    private boolean serving;
    private Ticks scheduled;

    /**
     * Binds. Nothing is read before {@link #serve} or {@link #begin}.
     *
     * @param pool not closed with this driver
     * @throws IOException if an address cannot be bound
     */
    public ExchangeDriver(
            List<Endpoint> locals,
            Exchange exchange,
            ComputationPool pool,
            Supplier<Ticks> clock,
            Observer observer)
            throws IOException {
        this.exchange = exchange;
        this.pool = pool;
        this.clock = clock;
        this.observer = observer;
        this.transport = new UdpTransport();
        try {
            transport.listen(locals, this::receive);
        } catch (IOException e) {
            transport.close();
            throw e;
        }
    }

    /** For rekeys. */
    public UdpTransport transport() {
        return transport;
    }

    /** Begins to answer; who asked since the addresses were bound has only waited. */
    public void serve() {
        transport.read();
    }

    /** Carries out what an exchange that this end begins asks for at its start. */
    public void begin(Function<Ticks, Outcome> start) {
        transport.read();
        transport.loop().execute(() -> carryOut(start.apply(clock.get())));
    }

    private void receive(Datagram in) {
        if (!KeyServerEndpoint.isFirst(in)) {
            take(in);
        } else if (line.add(in) && !serving) {
            serving = true;
            transport.schedule(this::serveLine, Duration.ZERO);
        }
    }

    /** A few, then whatever else has come meanwhile, then the next few. */
    private void serveLine() {
        for (int i = 0; i < SERVED_AT_ONCE && !line.isEmpty(); i++) {
            take(line.remove());
        }
        serving = !line.isEmpty();
        if (serving) {
            // a task for the next turn of the loop: one for this turn would run before what came
            transport.schedule(this::serveLine, Duration.ZERO);
        }
    }

    private void take(Datagram in) {
        Outcome outcome = exchange.receive(in, clock.get());
        carryOut(outcome);
        if (outcome.verdict() != Outcome.Verdict.ADVANCED) {
            observer.rejected(in.remote(), outcome.verdict(), outcome.reason());
        }
    }

    private void resume(Computation.Completion completion, Endpoint source) {
        Outcome outcome = exchange.resume(completion, clock.get());
        carryOut(outcome);
        if (outcome.verdict() == Outcome.Verdict.REFUSED) {
            observer.rejected(source, outcome.verdict(), outcome.reason());
        }
    }

    private void tick() {
        scheduled = null;
        carryOut(exchange.tick(clock.get()));
    }

    private void carryOut(Outcome outcome) {
        outcome.send().forEach(transport::send);
        outcome.facts().forEach(observer::fact);
        for (Computation computation : outcome.computations()) {
            boolean taken =
                    pool.submit(
                            computation,
                            done ->
                                    transport
                                            .loop()
                                            .execute(() -> resume(done, computation.source())));
            if (!taken) {
                LOG.debug("reason=\"too much work waits\" member={}", computation.source());
            }
        }
        outcome.deadline().ifPresent(this::wake);
    }

    /** An early tick does no harm, so a later deadline does not cancel an earlier one. */
    private void wake(Ticks deadline) {
        if (scheduled == null || deadline.isBefore(scheduled)) {
            scheduled = deadline;
            transport.schedule(this::tick, deadline.since(clock.get()));
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
