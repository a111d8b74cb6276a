// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.getvpn.gm.p4.Refusal;
import org.getvpn.gm.p4.RefusedUpdate;
import org.getvpn.gm.p4.SwitchTables;

/** A switch without ports, its server on loopback, and controllers. */
final class SwitchLab implements AutoCloseable {
    static final long DEVICE = 7;
    static final int OK = 0;

    final PipelineInfo info = PipelineInfo.load();
    final SwitchTables tables = new SwitchTables(info.tables(), info.meters());
    final BlockingQueue<List<Object>> sent = new LinkedBlockingQueue<>();
    final SwitchService service = new SwitchService(DEVICE, info, tables, this::packetOut);
    private final List<SwitchController> controllers = new ArrayList<>();
    private final P4RuntimeServer server =
            new P4RuntimeServer(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), service);

    SwitchLab() throws IOException {
        server.start();
    }

    private void packetOut(int port, byte[] frame) throws RefusedUpdate {
        if (port > 9) {
            throw new RefusedUpdate(Refusal.INVALID_ARGUMENT, "no port " + port);
        }
        sent.add(List.of(port, frame));
    }

    @Override
    public void close() {
        controllers.forEach(SwitchController::close);
        server.close();
    }

    SwitchController controller(long electionId) {
        return controller(DEVICE, electionId);
    }

    SwitchController controller(long device, long electionId) {
        SwitchController controller =
                new SwitchController(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                        device,
                        electionId);
        controllers.add(controller);
        return controller;
    }

    /** Where the switch serves P4Runtime. */
    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    }

    /** A controller that comes by another address. */
    SwitchController controllerAt(InetSocketAddress address, long electionId) {
        SwitchController controller = new SwitchController(address, DEVICE, electionId);
        controllers.add(controller);
        return controller;
    }

    /** A controller that is primary and has set the pipeline. */
    SwitchController primary() throws InterruptedException {
        SwitchController primary = controller(1);
        assertEquals(OK, primary.arbitrate());
        primary.setPipeline();
        return primary;
    }

    static Status.Code code(Runnable request) {
        return assertThrows(StatusRuntimeException.class, request::run).getStatus().getCode();
    }

    static SwitchController.EntryText route(SwitchController c, long address, int length) {
        return c.entry("route")
                .prefix("ipv4_dst", address, length)
                .action("deliver", 2, 0x0200_0000_0001L, 0x0200_0000_0002L);
    }

    static SwitchController.EntryText policy(SwitchController c, int priority) {
        return c.entry("outbound_policy")
                .exact("site", 1)
                .ternary("ipv4_dst", 0x0a02_0000L, 0xffff_0000L)
                .priority(priority)
                .action("protect", 3);
    }
}
