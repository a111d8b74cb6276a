// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.ArrayDeque;
import java.util.Deque;
import org.getvpn.gdoi.policy.GroupDownload;

/** What happened last in a {@link World}, for the report of a broken invariant. */
final class Story {
    private static final int KEPT = 40;

    private final Deque<String> events = new ArrayDeque<>();

    void tell(long second, String event) {
        events.addLast(second + " " + event);
        if (events.size() > KEPT) {
            events.removeFirst();
        }
    }

    static String of(GroupAction action) {
        if (action instanceof GroupAction.Push) {
            GroupAction.Push push = (GroupAction.Push) action;
            return "push "
                    + push.message().sequence()
                    + " under "
                    + push.kek()
                    + push.message().deletedTeks()
                    + push.message().download().map(GroupDownload::teks);
        }
        return action.getClass().getSimpleName();
    }

    @Override
    public String toString() {
        return "\n" + String.join("\n", events);
    }
}
