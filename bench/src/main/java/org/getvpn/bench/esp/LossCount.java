// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a load lost between the hosts' interfaces, and who counted it. Generator and sink are
 * outside: what they lose themselves is not seen here.
 */
final class LossCount {
    static final String KERNEL_QUEUES = "kernelQueues";
    static final String NOT_COUNTED = "notCounted";

    private final MeasuredPath path;
    private final Gateways gateways;
    private final long sent;
    private final long arrived;
    private final long kernel;
    private final Map<String, Long> counted;

    /** Begins to count. */
    LossCount(MeasuredPath path, Gateways gateways) throws IOException {
        this.path = path;
        this.gateways = gateways;
        counted = gateways.losses();
        kernel = path.kernelLosses();
        arrived = path.arrived();
        sent = path.sent();
    }

    /**
     * What was lost since.
     *
     * @param sent frames of the sending host
     * @param lost of them
     * @param reasons by name, without zeros; {@link #KERNEL_QUEUES} are the kernel's queues between
     *     the gateways, {@link #NOT_COUNTED} is what no counter explains
     */
    record Result(long sent, long lost, Map<String, Long> reasons) {
        /** Both together. */
        Result plus(Result other) {
            Map<String, Long> all = new TreeMap<>(reasons);
            other.reasons.forEach((reason, count) -> all.merge(reason, count, Long::sum));
            return new Result(sent + other.sent, lost + other.lost, all);
        }

        double percent() {
            return sent == 0 ? 0 : 100.0 * lost / sent;
        }
    }

    /** Ends counting; the load has ended and its last packet has arrived. */
    Result end() throws IOException {
        long left = path.sent() - sent;
        long lost = Math.max(0, left - (path.arrived() - arrived));
        Map<String, Long> reasons = new TreeMap<>();
        gateways.losses()
                .forEach((reason, count) -> put(reasons, reason, count - counted.get(reason)));
        put(reasons, KERNEL_QUEUES, path.kernelLosses() - kernel);
        long explained = reasons.values().stream().mapToLong(Long::longValue).sum();
        put(reasons, NOT_COUNTED, lost - explained);
        return new Result(left, lost, reasons);
    }

    private static void put(Map<String, Long> reasons, String reason, long count) {
        if (count > 0) {
            reasons.put(reason, count);
        }
    }
}
