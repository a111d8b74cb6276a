// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.onosproject.net.device.DeviceAgentEvent;

/**
 * Keeps a channel connected, and tells when it opens and closes. gRPC alone waits up to two minutes
 * between attempts; a switch that restarts is to be programmed before its site notices.
 */
final class Connection {
    /** Seconds between attempts to connect. */
    static final int RETRY_SECONDS = 1;

    private final ManagedChannel channel;
    private final SwitchListener listener;
    private final ScheduledExecutorService clock;
    private ScheduledFuture<?> retry;

    Connection(ManagedChannel channel, SwitchListener listener, ScheduledExecutorService clock) {
        this.channel = channel;
        this.listener = listener;
        this.clock = clock;
    }

    /** Begins to connect. */
    void start() {
        ConnectivityState now = channel.getState(true);
        watch(now);
        if (now == ConnectivityState.READY) { // whoever made the channel used it already
            listener.changed(DeviceAgentEvent.Type.CHANNEL_OPEN);
        }
        retry =
                clock.scheduleWithFixedDelay(
                        this::retry, RETRY_SECONDS, RETRY_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends the attempts; the channel itself belongs to whoever made it. */
    void stop() {
        retry.cancel(false);
    }

    /** Whether the switch answers at present. */
    boolean isOpen() {
        return channel.getState(false) == ConnectivityState.READY;
    }

    private void retry() {
        if (channel.getState(true) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
    }

    private void watch(ConnectivityState before) {
        channel.notifyWhenStateChanged(
                before,
                () -> {
                    ConnectivityState now = channel.getState(true);
                    if (now == ConnectivityState.SHUTDOWN) {
                        return;
                    }
                    watch(now);
                    if (now == ConnectivityState.READY) {
                        listener.changed(DeviceAgentEvent.Type.CHANNEL_OPEN);
                    } else if (before == ConnectivityState.READY) {
                        listener.changed(DeviceAgentEvent.Type.CHANNEL_CLOSED);
                    }
                });
    }
}
