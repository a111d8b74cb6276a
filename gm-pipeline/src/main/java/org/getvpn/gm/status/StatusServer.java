// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.status;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/** Answers each connection to a Unix domain socket with one JSON object. */
public final class StatusServer implements Runnable, AutoCloseable {
    private static final int FOLLOWERS = 8;

    private final Path path;
    private final Supplier<String> json;
    private final ServerSocketChannel server;
    private volatile boolean closing;

    /**
     * Creates the socket with mode 0600. One that a process left behind is replaced; one that is
     * answered on is not.
     *
     * @param json called on this server's thread
     * @throws IOException with a sentence that names the path and says what to do
     */
    public StatusServer(Path path, Supplier<String> json) throws IOException {
        this.path = path;
        this.json = json;
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        if (isAnswered(address)) {
            throw new IOException(
                    path + ": another member answers there; give this one its own statusSocket");
        }
        // The folder keeps others out until the socket has its own mode.
        Path folder = path.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        Files.deleteIfExists(path);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(address, FOLLOWERS);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            server.close();
            throw new IOException(path + ": " + e.getMessage() + "; is its folder writable?", e);
        }
    }

    /** Answers until {@link #close}. */
    @Override
    public void run() {
        while (!closing) {
            try (SocketChannel client = server.accept()) {
                // Not blocking, so that a client that does not read holds up nobody; what fits
                // into the socket's buffer is far more than an answer has.
                client.configureBlocking(false);
                client.write(ByteBuffer.wrap(json.get().getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                if (!server.isOpen()) {
                    return;
                }
            }
        }
    }

    /** Ends {@link #run} and removes the socket. */
    @Override
    public void close() throws IOException {
        closing = true;
        server.close();
        Files.deleteIfExists(path);
    }

    private static boolean isAnswered(UnixDomainSocketAddress address) {
        if (!Files.exists(address.getPath())) {
            return false;
        }
        try (SocketChannel client = SocketChannel.open(address)) {
            return client.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
