// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.PolicyEnforcer;
import org.getvpn.ks.group.GroupAction;
import org.getvpn.ks.group.Groups;

/**
 * The thread of the engine: lets the groups' time pass and carries out what follows, in order.
 * Rekeys are sealed here, so that no registration waits for a signature.
 */
final class GroupEngine implements AutoCloseable {
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(5);
    private static final Duration SHORTEST_SLEEP = Duration.ofMillis(10);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Groups groups;
    private final Supplier<Ticks> clock;
    private final RekeySender sender;
    private final EventLog log;
    private final ScheduledThreadPoolExecutor thread;
    private volatile Thread worker;
    private ScheduledFuture<?> next;
    private volatile PolicyEnforcer enforcer;
    private volatile String health = "ok";

    /**
     * @param sender called on the engine's thread
     */
    GroupEngine(Groups groups, Supplier<Ticks> clock, RekeySender sender, EventLog log) {
        this.groups = groups;
        this.clock = clock;
        this.sender = sender;
        this.log = log;
        this.thread =
                new ScheduledThreadPoolExecutor(
                        1,
                        work -> {
                            Thread engine = new Thread(work, "getvpn-engine");
                            engine.setDaemon(true);
                            worker = engine;
                            return engine;
                        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** ok, or why the last turn failed. */
    String health() {
        return health;
    }

    /** Puts policies in force; done on return. */
    void configure(List<GroupPolicy> policies) {
        call(
                () -> {
                    act(groups.configure(policies));
                    return null;
                });
    }

    /** Begins a rollover. */
    Spi rekey(String group) {
        return call(
                () -> {
                    List<GroupAction> actions = new ArrayList<>();
                    Spi spi = groups.rekey(group, actions);
                    act(actions);
                    return spi;
                });
    }

    /** Begins or hurries a rollover that leaves the old TEK no time. */
    Spi replaceNow(String group) {
        return call(
                () -> {
                    List<GroupAction> actions = new ArrayList<>();
                    Spi spi = groups.replaceNow(group, actions);
                    act(actions);
                    return spi;
                });
    }

    /** Begins a rollover of the KEK; answers with the SPI that comes. */
    String rekeyKek(String group) {
        return call(
                () -> {
                    List<GroupAction> actions = new ArrayList<>();
                    String spi = groups.rekeyKek(group, actions);
                    act(actions);
                    return spi;
                });
    }

    /** Puts a member out. */
    void evict(String group, String address) {
        call(
                () -> {
                    act(groups.evict(group, address));
                    return null;
                });
    }

    /** Lets an evicted member register again. */
    void readmit(String group, String address) {
        call(
                () -> {
                    groups.readmit(group, address);
                    return null;
                });
    }

    /** Whoever programs switches from now on is asked for every live SPI again. */
    void setEnforcer(PolicyEnforcer next) {
        enforcer = next;
        execute(() -> act(groups.prepareAgain()));
    }

    /** For answers that may come after the end. */
    private void execute(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException expected) {
            // the next start asks again
        }
    }

    private <T> T call(Callable<T> work) {
        if (Thread.currentThread() == worker) {
            throw new IllegalStateException(
                    "called from a listener on the engine's thread: call from another thread");
        }
        try {
            return thread.submit(
                            () -> {
                                try {
                                    return work.call();
                                } finally {
                                    sleep(Duration.ZERO);
                                }
                            })
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the engine worked", e);
        }
    }

    private void turn() {
        Duration wait;
        try {
            act(groups.tick());
            Duration left = groups.deadline().since(clock.get());
            wait = left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP;
            health = "ok";
        } catch (RuntimeException e) {
            // a store that cannot be written: nothing changed, the next turn tries again
            health = "the engine cannot go on: " + e.getMessage();
            log.warn("-", "-", "-", "-", health);
            wait = AFTER_FAILURE;
        }
        sleep(wait.compareTo(SHORTEST_SLEEP) > 0 ? wait : SHORTEST_SLEEP);
    }

    private void sleep(Duration wait) {
        if (next != null) {
            next.cancel(false);
        }
        try {
            next = thread.schedule(this::turn, wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException expected) {
            // closed during the turn
        }
    }

    private void act(List<GroupAction> actions) {
        for (GroupAction action : actions) {
            if (action instanceof GroupAction.Prepare) {
                prepare((GroupAction.Prepare) action);
            } else if (action instanceof GroupAction.Withdraw) {
                withdraw((GroupAction.Withdraw) action);
            } else if (action instanceof GroupAction.Push) {
                sender.send((GroupAction.Push) action);
            } else if (action instanceof GroupAction.Forget) {
                sender.forget(((GroupAction.Forget) action).kek());
            } else {
                warn((GroupAction.Silent) action);
            }
        }
    }

    private void warn(GroupAction.Silent silent) {
        boolean gone = silent.verdict() == GroupAction.Verdict.GIVEN_UP;
        log.warn(
                silent.group(),
                silent.spi(),
                silent.member().address().getHostAddress(),
                gone ? "GIVEN_UP" : "SILENT",
                "has not acknowledged this rekey; rekeys missed in a row: "
                        + silent.missed()
                        + (gone
                                ? "; it gets no more of them until it registers again"
                                : "; it is told again until the old key is gone")
                        + ". Is it running, is UDP 848 open in both directions?");
    }

    private void prepare(GroupAction.Prepare action) {
        String spi = action.spi().toString();
        PolicyEnforcer switches = enforcer;
        log.info(action.group(), spi, "-", "ANNOUNCED", "the key is announced");
        if (switches == null) {
            execute(() -> prepared(action));
            return;
        }
        try {
            switches.prepare(action.group(), action.spi().value(), action.deadline())
                    .whenComplete(
                            (done, failure) -> {
                                if (failure == null) {
                                    execute(() -> prepared(action));
                                } else {
                                    notPrepared(action, failure);
                                }
                            });
        } catch (RuntimeException e) {
            notPrepared(action, e);
        }
    }

    private void prepared(GroupAction.Prepare action) {
        act(groups.prepared(action.group(), action.spi()));
        sleep(Duration.ZERO);
    }

    private void notPrepared(GroupAction.Prepare action, Throwable failure) {
        log.warn(
                action.group(),
                action.spi().toString(),
                "-",
                "ANNOUNCED",
                "not every switch accepts the key; it goes on at the deadline: "
                        + failure.getMessage());
    }

    private void withdraw(GroupAction.Withdraw action) {
        log.info(action.group(), action.spi().toString(), "-", "GONE", "the key is destroyed");
        PolicyEnforcer switches = enforcer;
        if (switches != null) {
            try {
                switches.withdraw(action.group(), action.spi().value());
            } catch (RuntimeException e) {
                log.warn(
                        action.group(),
                        action.spi().toString(),
                        "-",
                        "GONE",
                        "switches did not forget the key: " + e.getMessage());
            }
        }
    }

    /** Ends what runs, without an interrupt: that would close the file of the store. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
