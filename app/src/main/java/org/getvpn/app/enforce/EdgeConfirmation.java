// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.getvpn.ks.api.KeyServer;
import org.getvpn.ks.api.PolicyEnforcer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Tells the key server when the edges are ready for a new SPI. OpenFlow cannot match an SPI, so an
 * OpenFlow edge is ready once all its guards are confirmed; a P4 edge also has to show the SPI in
 * its table when it is read back.
 */
@Component(immediate = true, service = EdgeConfirmation.class)
public class EdgeConfirmation implements PolicyEnforcer {
    @Reference protected Enforcement enforcement;

    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
    private final Runnable check = this::check;
    private volatile KeyServer keyServer;

    /** One question of the key server. */
    private static final class Waiting {
        private final String group;
        private final int spi;
        private final long since = System.nanoTime();
        private final Duration patience;
        private final CompletableFuture<Void> answer = new CompletableFuture<>();

        Waiting(String group, int spi, Duration deadline) {
            this.group = group;
            this.spi = spi;
            this.patience = deadline;
        }

        boolean isOver() {
            return Duration.ofNanos(System.nanoTime() - since).compareTo(patience) > 0;
        }
    }

    /** Offers itself to the key server. */
    @Activate
    protected void activate() {
        enforcement.addListener(check);
    }

    /** Leaves the key server without an enforcer. */
    @Deactivate
    protected void deactivate() {
        enforcement.removeListener(check);
        KeyServer service = keyServer;
        if (service != null) {
            service.setEnforcer(null);
        }
        for (Waiting question : waiting) {
            answer(question)
                    .completeExceptionally(
                            new IllegalStateException("the application was deactivated"));
        }
    }

    /** The key server may come and go. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unbindKeyServer")
    protected void bindKeyServer(KeyServer service) {
        keyServer = service;
        service.setEnforcer(this);
    }

    /** Nobody asks any more. */
    protected void unbindKeyServer(KeyServer service) {
        if (keyServer == service) {
            keyServer = null;
        }
    }

    @Override
    public CompletionStage<Void> prepare(String group, int spi, Duration deadline) {
        Waiting question = new Waiting(group, spi, deadline);
        waiting.add(question);
        enforcement.announce(group, spi);
        return question.answer;
    }

    @Override
    public void withdraw(String group, int spi) {
        // The key server lists it no more: the next pass takes its entries off the P4 edges.
        enforcement.wake();
    }

    private void check() {
        for (Waiting question : waiting) {
            List<String> unready = enforcement.unready(question.group, question.spi);
            if (unready.isEmpty()) {
                answer(question).complete(null);
            } else if (question.isOver()) {
                answer(question)
                        .completeExceptionally(
                                new IllegalStateException(
                                        "guards not confirmed at " + String.join(", ", unready)));
            }
        }
    }

    private CompletableFuture<Void> answer(Waiting question) {
        waiting.remove(question);
        enforcement.answered(question.group, question.spi);
        return question.answer;
    }
}
