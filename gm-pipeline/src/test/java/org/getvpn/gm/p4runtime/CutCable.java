// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** One TCP connection to a switch, cut after so many octets of the controller's. */
final class CutCable implements AutoCloseable {
    private final ServerSocket listening;
    private final InetSocketAddress target;
    private final Thread thread;
    private long left = Long.MAX_VALUE; // octets to the switch that still pass

    CutCable(InetSocketAddress target) throws IOException {
        this.target = target;
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        thread = Thread.ofPlatform().daemon().start(this::connect);
    }

    /** Where the controller connects to. */
    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    /** From now on this many octets reach the switch, then both ends see the connection end. */
    synchronized void cutAfter(long octets) {
        left = octets;
    }

    private synchronized int take(int wanted) {
        int taken = (int) Math.min(wanted, left);
        left -= taken;
        return taken;
    }

    private void connect() {
        try (Socket controller = listening.accept();
                Socket device = new Socket(target.getAddress(), target.getPort())) {
            Thread.ofPlatform().daemon().start(() -> copyAnswers(device, controller));
            InputStream in = controller.getInputStream();
            OutputStream out = device.getOutputStream();
            byte[] some = new byte[512];
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                int passing = take(n);
                out.write(some, 0, passing);
                if (passing < n) {
                    break;
                }
            }
        } catch (IOException e) {
            return; // one end is gone, and with it the cable
        }
    }

    private static void copyAnswers(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            return; // cut
        }
    }

    @Override
    public void close() throws IOException {
        cutAfter(0);
        listening.close();
        thread.interrupt();
    }
}
