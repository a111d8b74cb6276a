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
 * OpenFlow edge is ready once all its guards are confirmed.
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
        private final long since = System.nanoTime();
        private final Duration patience;
        private final CompletableFuture<Void> answer = new CompletableFuture<>();

        Waiting(String group, Duration deadline) {
            this.group = group;
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
            question.answer.completeExceptionally(
                    new IllegalStateException("the application was deactivated"));
        }
        waiting.clear();
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
        Waiting question = new Waiting(group, deadline);
        waiting.add(question);
        enforcement.wake();
        return question.answer;
    }

    @Override
    public void withdraw(String group, int spi) {
        // No OpenFlow rule names an SPI: nothing to forget.
    }

    private void check() {
        for (Waiting question : waiting) {
            List<String> unguarded = enforcement.unguarded(question.group);
            if (unguarded.isEmpty()) {
                waiting.remove(question);
                question.answer.complete(null);
            } else if (question.isOver()) {
                waiting.remove(question);
                question.answer.completeExceptionally(
                        new IllegalStateException(
                                "guards not confirmed at " + String.join(", ", unguarded)));
            }
        }
    }
}
