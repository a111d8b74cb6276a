// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.PhaseOneSettings;
import org.getvpn.gdoi.exchange.RegistrationSettings;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.config.InvalidConfiguration.Problem;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.io.IoChoice;

/** Reads the one YAML file of a group member, strictly. */
public final class MemberConfigurationReader {
    private static final Pattern INTERFACE = Pattern.compile("[^\\s/:]{1,15}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    private static final int MOST_KEY_SERVERS = 16;
    private static final int MOST_WORKERS = 64;
    private static final int LEAST_MTU = 576; // RFC 791: what every host must accept
    private static final int LONGEST_SOCKET_PATH = 100;

    private final List<Problem> problems = new ArrayList<>();
    private final YamlObject root;

    private MemberConfigurationReader(JsonNode node) {
        root = new YamlObject("", node, problems);
    }

    /**
     * Reads a file and the secret files that it names.
     *
     * @throws InvalidConfiguration with every problem found
     */
    public static MemberConfiguration read(Path file) throws InvalidConfiguration {
        MemberConfigurationReader reader = new MemberConfigurationReader(parse(file));
        Optional<MemberConfiguration> configuration = reader.configuration();
        configuration.ifPresent(reader::checkKeys);
        return reader.finished(configuration);
    }

    /**
     * Reads a text without looking at the files that it names.
     *
     * @throws InvalidConfiguration with every problem found
     */
    public static MemberConfiguration read(String yaml) throws InvalidConfiguration {
        try {
            MemberConfigurationReader reader =
                    new MemberConfigurationReader(mapper().readTree(yaml));
            return reader.finished(reader.configuration());
        } catch (JsonProcessingException e) {
            throw notYaml("(text)", e);
        }
    }

    private static JsonNode parse(Path file) throws InvalidConfiguration {
        try {
            return mapper().readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw refused(
                    file.toString(),
                    "no such file",
                    "give the configuration with --config FILE; --help names an example");
        } catch (JsonProcessingException e) {
            throw notYaml(file.toString(), e);
        } catch (IOException e) {
            throw refused(
                    file.toString(),
                    e.toString(),
                    "must be a text file (UTF-8) that this user may read");
        }
    }

    private static YAMLMapper mapper() {
        return YAMLMapper.builder(
                        YAMLFactory.builder()
                                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                .build())
                .build();
    }

    private static InvalidConfiguration notYaml(String where, JsonProcessingException cause) {
        String line = cause.getLocation() == null ? "" : " line " + cause.getLocation().getLineNr();
        String said = cause.getOriginalMessage().lines().findFirst().orElse("");
        return refused(where + line, said, "must be YAML: \"key: value\" lines, each key once");
    }

    private static InvalidConfiguration refused(String field, String value, String remedy) {
        return new InvalidConfiguration(List.of(new Problem(field, value, remedy)));
    }

    private MemberConfiguration finished(Optional<MemberConfiguration> configuration)
            throws InvalidConfiguration {
        if (!problems.isEmpty() || configuration.isEmpty()) {
            throw new InvalidConfiguration(problems);
        }
        return configuration.get();
    }

    /** Empty after a problem was reported. */
    private Optional<MemberConfiguration> configuration() {
        Optional<GroupId> group = group();
        List<Endpoint> keyServers = keyServers();
        Optional<InetAddress> identity = identity();
        int port = root.number("port", 1, 65_535, Endpoint.GDOI_PORT);
        PhaseOneConfiguration phaseOne = PhaseOneReader.read(root, keyServers.size());
        Duration first = Duration.ofSeconds(1);
        Duration longest = Duration.ofSeconds(30);
        Optional<YamlObject> retry = root.object("retry");
        if (retry.isPresent()) {
            first = Duration.ofMillis(retry.get().thousandths("first", 0.1, 3600, 1));
            longest = Duration.ofMillis(retry.get().thousandths("longest", 0.1, 3600, 30));
            if (longest.compareTo(first) < 0) {
                retry.get().problem("longest", "must be at least retry.first");
            }
            retry.get().finish();
        }
        Optional<Attachment> attachment = attachment();
        if (attachment.filter(Attachment.Switch.class::isInstance).isPresent()
                && identity.filter(address -> address.getAddress().length != 4).isPresent()) {
            root.problem(
                    "identity",
                    "must be an IPv4 address: a switch's member registers over IPv4 alone");
        }
        int mtu = root.number("mtu", LEAST_MTU, 65_535, 0);
        boolean clampsMss = root.flag("clampMss", false);
        List<TrafficSelector> localBypass = LocalBypassReader.read(root);
        boolean passive = root.flag("passive", false);
        ReplayProtection replay =
                root.choice(
                        "replay",
                        List.of(ReplayProtection.values()),
                        ReplayProtection::label,
                        ReplayProtection.NONE);
        AeadChoice crypto =
                root.choice(
                        "crypto", List.of(AeadChoice.values()), AeadChoice::label, AeadChoice.AUTO);
        Path socket = statusSocket();
        Optional<InetSocketAddress> metrics = metrics();
        root.finish();
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new MemberConfiguration(
                        group.orElseThrow(),
                        keyServers,
                        new Endpoint(identity.orElseThrow(), port),
                        phaseOne,
                        first,
                        longest,
                        attachment.orElseThrow(),
                        mtu,
                        clampsMss,
                        localBypass,
                        passive,
                        replay,
                        crypto,
                        socket,
                        metrics));
    }

    private Optional<GroupId> group() {
        Optional<String> text = root.text("group", "1234");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (NUMBER.matcher(text.get()).matches() && Long.parseLong(text.get()) <= 0xffff_ffffL) {
            return Optional.of(GroupId.number(Long.parseLong(text.get())));
        }
        Optional<InetAddress> address =
                AddressText.address(text.get()).filter(a -> a.getAddress().length == 4);
        if (address.isEmpty() || text.get().indexOf('.') < 0) {
            root.problem(
                    "group",
                    "must be a number from 0 to 4294967295 or an IPv4 address: group: 1234");
            return Optional.empty();
        }
        return Optional.of(GroupId.address(address.get().getAddress()));
    }

    private List<Endpoint> keyServers() {
        List<String> texts = root.texts("keyServers", "10.255.0.1", List.of());
        Set<Endpoint> endpoints = new LinkedHashSet<>();
        for (String text : texts) {
            Optional<Endpoint> endpoint = AddressText.endpoint(text);
            if (endpoint.isEmpty()) {
                problems.add(
                        new Problem(
                                "keyServers",
                                text,
                                "must be an IP address, with :port if it is not 848; a name is not"
                                        + " looked up: [\"10.255.0.1\", \"10.255.0.2:8848\"]"));
            } else if (!endpoints.add(endpoint.get())) {
                problems.add(new Problem("keyServers", text, "stands there twice; remove one"));
            }
        }
        if (endpoints.size() > MOST_KEY_SERVERS) {
            root.problem("keyServers", "must be at most " + MOST_KEY_SERVERS);
        }
        return List.copyOf(endpoints);
    }

    private Optional<InetAddress> identity() {
        Optional<String> text = root.text("identity", "10.1.0.2");
        Optional<InetAddress> address = text.flatMap(AddressText::address);
        boolean usable =
                address.isPresent()
                        && !address.get().isAnyLocalAddress()
                        && !address.get().isMulticastAddress();
        if (text.isPresent() && !usable) {
            root.problem(
                    "identity",
                    "must be the one IP address of this host that the key server knows: 10.1.0.2");
        }
        return address;
    }

    private Optional<Attachment> attachment() {
        Optional<YamlObject> found = root.object("attachment");
        if (found.isEmpty()) {
            root.missing("attachment", "add attachment: {kind: member-port, interface: eth1}");
            return Optional.empty();
        }
        YamlObject object = found.get();
        Optional<Attachment> attachment = Optional.empty();
        String kind = object.text("kind", "member-port").orElse("");
        int workers = workers(object, kind);
        switch (kind) {
            case "member-port" ->
                    attachment =
                            interfaceName(object, "interface")
                                    .map(port -> new Attachment.MemberPort(port, workers));
            case "gateway" -> {
                Optional<String> site = interfaceName(object, "siteInterface");
                Optional<String> wan = interfaceName(object, "wanInterface");
                if (site.isPresent() && site.equals(wan)) {
                    object.problem("wanInterface", "must be another one than siteInterface");
                }
                IoChoice io =
                        object.choice(
                                "io", List.of(IoChoice.values()), IoChoice::label, IoChoice.AUTO);
                Scheduling scheduling =
                        object.choice(
                                "scheduling",
                                List.of(Scheduling.values()),
                                Scheduling::label,
                                Scheduling.NORMAL);
                if (site.isPresent() && wan.isPresent()) {
                    attachment =
                            Optional.of(
                                    new Attachment.Gateway(
                                            site.get(), wan.get(), io, scheduling, workers));
                }
            }
            case "host" -> {
                Optional<String> tun = interfaceName(object, "tunInterface");
                Optional<String> wan = interfaceName(object, "wanInterface");
                if (tun.isPresent() && tun.equals(wan)) {
                    object.problem("wanInterface", "must be another one than tunInterface");
                }
                if (tun.isPresent() && wan.isPresent()) {
                    attachment = Optional.of(new Attachment.Host(tun.get(), wan.get()));
                }
            }
            case "switch" ->
                    attachment =
                            SwitchReader.read(object, interfaceName(object, "memberInterface"));
            default -> {
                if (!kind.isEmpty()) {
                    object.problem("kind", "must be member-port, gateway, host or switch");
                    return Optional.empty();
                }
            }
        }
        object.finish();
        return attachment;
    }

    private static int workers(YamlObject object, String kind) {
        int workers = object.number("workers", 1, MOST_WORKERS, 1);
        if (workers > 1 && (kind.equals("switch") || kind.equals("host"))) {
            object.problem(
                    "workers", "must be 1: member-port and gateway alone have several threads");
        }
        return workers;
    }

    private static Optional<String> interfaceName(YamlObject object, String field) {
        Optional<String> name = object.text(field, "eth1");
        if (name.isPresent() && !INTERFACE.matcher(name.get()).matches()) {
            object.problem(field, "must be a network interface's name, as \"ip link\" shows it");
        }
        return name;
    }

    private Optional<InetSocketAddress> metrics() {
        Optional<String> text = root.optionalText("metrics", "127.0.0.1:9464");
        Optional<InetSocketAddress> address =
                text.filter(where -> where.matches(".*:[0-9]+"))
                        .flatMap(AddressText::endpoint)
                        .map(where -> new InetSocketAddress(where.address(), where.port()));
        if (text.isPresent() && address.isEmpty()) {
            root.problem(
                    "metrics", "must be an IP address of this host and a port: 127.0.0.1:9464");
        }
        return address;
    }

    private Path statusSocket() {
        String text =
                root.optionalText("statusSocket", "/run/getvpn/gm.sock")
                        .orElse("/run/getvpn/gm.sock");
        if (!text.startsWith("/") || text.length() > LONGEST_SOCKET_PATH) {
            root.problem(
                    "statusSocket",
                    "must be an absolute path of at most "
                            + LONGEST_SOCKET_PATH
                            + " characters: /run/getvpn/gm.sock");
        }
        return Path.of(text);
    }

    /** Opens every secret file once, so that a mistake is told before anything starts. */
    private void checkKeys(MemberConfiguration configuration) {
        PhaseOneFiles files = new PhaseOneFiles(configuration.phaseOne());
        PhaseOneSettings settings = null;
        try {
            settings = files.settings();
        } catch (InvalidConfiguration e) {
            problems.addAll(e.problems());
        }
        for (Endpoint keyServer : configuration.keyServers()) {
            SecretBytes key = null;
            try {
                key = files.preSharedKey(keyServer);
            } catch (IOException e) {
                problems.add(
                        new Problem(
                                "preSharedKeysFile",
                                configuration
                                        .phaseOne()
                                        .preSharedKeysFile()
                                        .orElseThrow()
                                        .toString(),
                                e.getMessage()));
                continue;
            }
            if (settings != null) {
                checkSettings(configuration, keyServer, settings, key);
            }
            if (key != null) {
                key.destroy();
            }
        }
    }

    private void checkSettings(
            MemberConfiguration configuration,
            Endpoint keyServer,
            PhaseOneSettings settings,
            SecretBytes key) {
        try {
            new RegistrationSettings(
                    configuration.group(),
                    configuration.local(),
                    keyServer,
                    key,
                    configuration
                            .phaseOne()
                            .keyServerIdentity(configuration.keyServers().indexOf(keyServer))
                            .orElse(null),
                    settings,
                    1);
        } catch (IllegalArgumentException e) {
            problems.add(
                    new Problem(
                            "phaseOneProposals", settings.proposals().toString(), e.getMessage()));
        }
    }
}
