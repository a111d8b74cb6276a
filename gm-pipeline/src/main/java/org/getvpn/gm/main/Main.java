// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import org.getvpn.gm.config.InvalidConfiguration;
import org.getvpn.gm.config.MemberConfiguration;
import org.getvpn.gm.config.MemberConfigurationReader;
import org.getvpn.gm.status.StatusClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command line of {@code getvpn-gm.jar}. */
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_INPUT = 2;
    private static final int DEFECT = 70;

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs a command; the exit code is 0 for success, 2 for wrong input, else 1 or 70. */
    public static void main(String[] arguments) {
        System.exit(new Main(System.out, System.err).run(List.of(arguments)));
    }

    int run(List<String> arguments) {
        String command = arguments.isEmpty() ? "--help" : arguments.getFirst();
        return switch (command) {
            case "--config" -> withFile(arguments, this::serve);
            case "--check-config" -> withFile(arguments, this::check);
            case "status" -> status(arguments.subList(1, arguments.size()));
            case "--version" -> {
                out.println("getvpn-gm " + version());
                yield OK;
            }
            case "--example-config" -> print("/org/getvpn/gm/config/getvpn-gm.yaml");
            case "--help", "-h", "help" -> print("usage.txt");
            default -> misunderstood(arguments);
        };
    }

    private int withFile(List<String> arguments, ToIntFunction<Path> command) {
        return arguments.size() == 2
                ? command.applyAsInt(Path.of(arguments.get(1)))
                : misunderstood(arguments);
    }

    private int misunderstood(List<String> arguments) {
        err.println("getvpn-gm: cannot make sense of: " + String.join(" ", arguments));
        err.println("Try: java -jar getvpn-gm.jar --help");
        return WRONG_INPUT;
    }

    private int check(Path file) {
        try {
            MemberConfigurationReader.read(file);
            out.println(file + ": no problem found");
            return OK;
        } catch (InvalidConfiguration e) {
            return refuse(file, e);
        }
    }

    private int refuse(Path file, InvalidConfiguration invalid) {
        invalid.problems().forEach(problem -> err.println(file + ": " + problem));
        return WRONG_INPUT;
    }

    private int status(List<String> arguments) {
        boolean json = arguments.contains("--json");
        List<String> rest = arguments.stream().filter(word -> !word.equals("--json")).toList();
        if (rest.size() != 2 || !rest.getFirst().equals("--socket")) {
            err.println("getvpn-gm: write: status --socket FILE [--json]");
            return WRONG_INPUT;
        }
        try {
            String answer = StatusClient.ask(Path.of(rest.get(1)));
            out.print(json ? answer : StatusClient.page(answer));
            return OK;
        } catch (IOException e) {
            err.println("getvpn-gm: " + e.getMessage());
            return FAILED;
        }
    }

    private int serve(Path file) {
        Logger log = LoggerFactory.getLogger("org.getvpn.gm");
        MemberConfiguration configuration;
        try {
            configuration = MemberConfigurationReader.read(file);
        } catch (InvalidConfiguration e) {
            return refuse(file, e);
        }
        GroupMember member;
        try {
            member = new GroupMember(configuration, version());
        } catch (IOException e) {
            err.println("getvpn-gm: " + e.getMessage());
            return FAILED;
        }
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    try {
                                        member.close();
                                    } catch (IOException e) {
                                        log.warn("stage=STOP reason=\"{}\"", e.getMessage());
                                    }
                                }));
        log.info(
                "group={} member={} stage=START getvpn-gm {}",
                configuration.group(),
                configuration.local(),
                version());
        try {
            log.error("stage=STOP reason=\"a thread failed: nothing passes\"", member.run());
            return DEFECT;
        } catch (InterruptedException e) {
            return OK;
        }
    }

    private int print(String resource) {
        try (InputStream text = Main.class.getResourceAsStream(resource)) {
            out.print(new String(text.readAllBytes(), StandardCharsets.UTF_8));
            return OK;
        } catch (IOException e) {
            err.println("getvpn-gm: " + e);
            return DEFECT;
        }
    }

    private static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
