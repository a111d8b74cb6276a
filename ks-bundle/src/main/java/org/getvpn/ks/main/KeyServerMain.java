// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.main;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.getvpn.ks.api.InvalidConfiguration;
import org.getvpn.ks.secret.WrappingKeyFile;
import org.getvpn.ks.server.GdoiKeyServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code java -jar getvpn-ks.jar}: a key server without ONOS. */
public final class KeyServerMain {
    /** Exit status of a wrong command line or configuration. */
    static final int WRONG = 2;

    private static final Logger LOG = LoggerFactory.getLogger("org.getvpn.ks");
    private static final int LOOK_EVERY_SECONDS = 2;
    private static final String HELP =
            String.join(
                    "\n",
                    "GET VPN key server",
                    "",
                    "  java -Xmx128m -XX:+UseSerialGC -jar getvpn-ks.jar --config FILE",
                    "",
                    "  --config FILE               serve as the YAML file says, and again when it"
                            + " changes",
                    "  --config FILE --check-config  read the file, name every problem, and end",
                    "  --make-wrapping-key FILE    make the key that encrypts the stored state",
                    "  --rotate-wrapping-key FILE  put a new key before the present one; restart"
                            + " the key server after it",
                    "  --help                      this text",
                    "",
                    "Ends cleanly on SIGTERM. Exit status: 0 well, 2 wrong command line or"
                            + " configuration.",
                    "Listening on UDP 848 needs root or the capability CAP_NET_BIND_SERVICE.",
                    "");

    private KeyServerMain() {}

    /** See {@code --help}. */
    public static void main(String[] arguments) {
        int status = run(arguments, System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        boolean one = arguments.length == 1;
        boolean two = arguments.length == 2;
        if (one && arguments[0].equals("--help")) {
            out.print(HELP);
            return 0;
        }
        if (two && arguments[0].equals("--make-wrapping-key")) {
            return wrappingKey(Path.of(arguments[1]), out, err, WrappingKeyFile::make);
        }
        if (two && arguments[0].equals("--rotate-wrapping-key")) {
            return wrappingKey(Path.of(arguments[1]), out, err, WrappingKeyFile::rotate);
        }
        if (two && arguments[0].equals("--config")) {
            return serve(new ConfigurationFile(Path.of(arguments[1])), out, err);
        }
        if (arguments.length == 3
                && arguments[0].equals("--config")
                && arguments[2].equals("--check-config")) {
            return check(new ConfigurationFile(Path.of(arguments[1])), out, err);
        }
        err.print("wrong command line\n\n" + HELP);
        return WRONG;
    }

    private interface KeyStep {
        void apply(Path file, SecureRandom random) throws IOException;
    }

    private static int wrappingKey(Path file, PrintStream out, PrintStream err, KeyStep step) {
        try {
            step.apply(file, new SecureRandom());
            out.println(file + " written; keep a copy where the state directory is not");
            return 0;
        } catch (IOException e) {
            err.println(e.getMessage());
            return WRONG;
        }
    }

    private static int check(ConfigurationFile file, PrintStream out, PrintStream err) {
        try {
            out.println(file + " is in order: " + file.read().groups().size() + " group(s)");
            return 0;
        } catch (InvalidConfiguration e) {
            err.println(e.getMessage());
            return WRONG;
        }
    }

    private static int serve(ConfigurationFile file, PrintStream out, PrintStream err) {
        GdoiKeyServer server = new GdoiKeyServer();
        long stamp = file.stamp();
        try {
            server.configure(file.read());
        } catch (InvalidConfiguration e) {
            err.println(e.getMessage());
            server.close();
            return WRONG;
        }
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    server.close();
                                    end.countDown();
                                },
                                "getvpn-end"));
        out.println("serving on " + server.status().listen());
        watch(file, stamp, server, end);
        return 0;
    }

    /** Returns when the process ends. */
    private static void watch(
            ConfigurationFile file, long stamp, GdoiKeyServer server, CountDownLatch end) {
        long seen = stamp;
        try {
            while (!end.await(LOOK_EVERY_SECONDS, TimeUnit.SECONDS)) {
                if (file.stamp() != seen) {
                    seen = file.stamp();
                    reload(file, server);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void reload(ConfigurationFile file, GdoiKeyServer server) {
        try {
            server.configure(file.read());
            LOG.info("reason=\"{} is in force\"", file);
        } catch (InvalidConfiguration e) {
            LOG.error("reason=\"the configuration before stays in force\"\n{}", e.getMessage());
        }
    }
}
