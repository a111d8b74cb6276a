// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import static org.getvpn.gm.p4runtime.SwitchLab.OK;
import static org.getvpn.gm.p4runtime.SwitchLab.route;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import p4.v1.P4RuntimeOuterClass.TableEntry;
import p4.v1.P4RuntimeOuterClass.Update;
import p4.v1.P4RuntimeOuterClass.WriteResponse;

/**
 * A controller that dies in the middle of a Write: the tables are as they were, or as after the
 * whole list in its order; its primacy is gone; the next one takes over.
 */
class DyingControllerTest {
    private static final int ROUTES = 100;
    private static final int ROUNDS = 20;

    @AutoClose private final SwitchLab lab;
    private final Random random = new Random(6);

    DyingControllerTest() throws IOException {
        lab = new SwitchLab();
    }

    @Test
    void aConnectionCutAnywhereInAWriteLeavesTheOldTablesOrTheNew() throws Exception {
        SwitchController backup = lab.controller(1);
        assertEquals(OK, backup.arbitrate());
        int whole = backup.writeRequest(change(backup)).build().getSerializedSize();
        int unchanged = 0;
        int changed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            boolean answered;
            try (CutCable cable = new CutCable(lab.address())) {
                SwitchController dying = lab.controllerAt(cable.address(), 5);
                assertEquals(OK, dying.arbitrate());
                assertEquals(Status.Code.ALREADY_EXISTS, heard(backup));
                begin(dying);
                /* Write(delete, insert, modify, delete) --> x    the cable is cut */
                cable.cutAfter(random.nextInt(whole + whole / 2));
                answered = isAnswered(dying);
                dying.close();
                assertEquals(Status.Code.NOT_FOUND, heard(backup), "its primacy is gone");
            }
            if (isNew(backup, "round " + round)) {
                changed++;
            } else if (answered) {
                throw new AssertionError("round " + round + ": answered and not done");
            } else {
                unchanged++;
            }
        }
        assertTrue(
                unchanged >= 3 && changed >= 3, unchanged + " unchanged, " + changed + " changed");
        takesOver();
    }

    @Test
    void aWriteThatIsCancelledIsDoneWholeOrNotAtAll() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (SwitchLab other = new SwitchLab()) {
                SwitchController c = other.primary();
                begin(c);
                /* Write(delete, insert, modify, delete) -->    RST_STREAM --> */
                Future<WriteResponse> write = c.later().write(c.writeRequest(change(c)).build());
                long until = System.nanoTime() + random.nextInt(3_000_000);
                while (System.nanoTime() < until && !write.isDone()) {
                    Thread.onSpinWait();
                }
                write.cancel(true);
                isNew(c, "round " + round);
            }
        }
    }

    @Test
    void theNextControllerTakesOverWhereTheDeadOneStopped() throws Exception {
        SwitchController first = lab.controller(5);
        assertEquals(OK, first.arbitrate());
        SwitchController backup = lab.controller(1);
        assertEquals(Status.Code.ALREADY_EXISTS.value(), backup.arbitrate());
        begin(first);
        first.close();
        assertEquals(Status.Code.NOT_FOUND, heard(backup));
        assertEquals(
                Status.Code.PERMISSION_DENIED, SwitchLab.code(() -> backup.write(change(backup))));
        assertEquals(oldTables(backup), tables(backup));
        takesOver();
    }

    private void takesOver() throws InterruptedException {
        SwitchController next = lab.controller(5);
        assertEquals(OK, next.arbitrate());
        begin(next);
        next.write(change(next));
        assertEquals(newTables(next), tables(next));
    }

    private static boolean isAnswered(SwitchController dying) {
        try {
            dying.write(change(dying));
            return true;
        } catch (StatusRuntimeException dead) {
            return false;
        }
    }

    /** Whether the change was made; no third state is possible. */
    private static boolean isNew(SwitchController reader, String when) {
        Set<List<Object>> found = tables(reader);
        if (found.equals(newTables(reader))) {
            return true;
        }
        assertEquals(oldTables(reader), found, when);
        return false;
    }

    private static Status.Code heard(SwitchController controller) throws InterruptedException {
        return Status.fromCodeValue(controller.hear().getArbitration().getStatus().getCode())
                .getCode();
    }

    private static SwitchController.EntryText old(SwitchController c, int i) {
        return route(c, 0x0a00_0000L | i << 8, 24);
    }

    private static SwitchController.EntryText fresh(SwitchController c, int i, int port) {
        return c.entry("route")
                .prefix("ipv4_dst", 0x0b00_0000L | i << 8, 24)
                .action("deliver", port, 1, 2);
    }

    private static void begin(SwitchController c) {
        c.setPipeline();
        List<Update> updates = new ArrayList<>();
        for (int i = 0; i < ROUTES; i++) {
            updates.add(old(c, i).insert());
        }
        c.write(updates);
    }

    /** Each step is possible only after those before it. */
    private static List<Update> change(SwitchController c) {
        List<Update> updates = new ArrayList<>();
        for (int i = 0; i < ROUTES; i++) {
            updates.add(old(c, i).delete());
            updates.add(fresh(c, i, 2).insert());
        }
        for (int i = 0; i < ROUTES; i++) {
            updates.add(fresh(c, i, 3).modify());
        }
        for (int i = ROUTES / 2; i < ROUTES; i++) {
            updates.add(fresh(c, i, 3).delete());
        }
        return updates;
    }

    private static Set<List<Object>> oldTables(SwitchController c) {
        Set<List<Object>> tables = new HashSet<>();
        for (int i = 0; i < ROUTES; i++) {
            tables.add(key(old(c, i).message().build()));
        }
        return tables;
    }

    private static Set<List<Object>> newTables(SwitchController c) {
        Set<List<Object>> tables = new HashSet<>();
        for (int i = 0; i < ROUTES / 2; i++) {
            tables.add(key(fresh(c, i, 3).message().build()));
        }
        return tables;
    }

    private static Set<List<Object>> tables(SwitchController reader) {
        Set<List<Object>> tables = new HashSet<>();
        reader.entries().forEach(entry -> tables.add(key(entry)));
        return tables;
    }

    private static List<Object> key(TableEntry entry) {
        return List.of(entry.getMatchList(), entry.getAction());
    }
}
