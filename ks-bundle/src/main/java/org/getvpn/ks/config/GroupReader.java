// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.ks.api.GdoiProfile;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.MemberAuthorisation;
import org.getvpn.ks.api.MemberDialect;
import org.getvpn.ks.api.MemberQuirk;
import org.getvpn.ks.api.ObjectReader;
import org.getvpn.ks.api.PolicyLine;
import org.getvpn.ks.api.RekeyAcknowledgement;
import org.getvpn.ks.api.RekeyProtection;
import org.getvpn.ks.api.RekeyTransport;
import org.getvpn.ks.api.ReplayPolicy;
import org.getvpn.ks.api.TrafficLimit;

/** Reads {@code groups}. */
public final class GroupReader {
    private static final Set<Long> SENDER_ID_BITS = Set.of(8L, 12L, 16L, 24L, 32L);
    private static final long LONGEST = 2_592_000;
    private static final long LEAST_PACKETS = 1000;
    private static final long LEAST_OCTETS = 1_000_000;

    private final ObjectReader reader;

    private GroupReader(ObjectReader reader) {
        this.reader = reader;
    }

    /** Every group that has no problem, in order; names and ids are unique among them. */
    public static List<GroupPolicy> readAll(ObjectReader root) {
        List<GroupPolicy> groups = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        Map<String, String> ids = new HashMap<>();
        for (ObjectReader each : root.objects("groups", "{\"name\": \"blue\", \"id\": 1234}")) {
            new GroupReader(each).read(names, ids).ifPresent(groups::add);
        }
        return groups;
    }

    private Optional<GroupPolicy> read(Map<String, String> names, Map<String, String> ids) {
        Optional<String> name = name(names);
        Optional<String> id = id(ids);
        List<PolicyLine> lines = lines();
        String transform = transform();
        MemberAuthorisation authorisation = new MemberAuthorisation(members(), identities());
        Optional<ObjectReader> tekFields = reader.object("tek");
        OptionalLong tek = lifetime(tekFields, 10, 3600);
        TrafficLimit limit = tekFields.map(GroupReader::trafficLimit).orElse(TrafficLimit.NONE);
        tekFields.ifPresent(ObjectReader::finish);
        Optional<ObjectReader> kekFields = reader.object("kek");
        OptionalLong kek = lifetime(kekFields, 10, Math.max(86400, tek.orElse(0)));
        RekeyProtection protection =
                kekFields.map(GroupReader::protection).orElse(RekeyProtection.STANDARD);
        kekFields.ifPresent(ObjectReader::finish);
        if (tek.isPresent() && kek.isPresent() && kek.getAsLong() < tek.getAsLong()) {
            reader.problem("kek", "lifetime must be at least the TEK's, " + tek.getAsLong());
        }
        OptionalLong activation = reader.number("activationDelay", 0, 900, OptionalLong.of(5));
        OptionalLong deactivation = deactivation(activation, tek);
        OptionalLong bits = reader.number("senderIdBits", 8, 32, OptionalLong.of(24));
        if (bits.isPresent() && !SENDER_ID_BITS.contains(bits.getAsLong())) {
            reader.problem("senderIdBits", "must be 8, 12, 16, 24 or 32");
        }
        boolean switchOnly = reader.flag("switchOnlyExceptions", false);
        RekeyAcknowledgement acknowledgement = acknowledgement();
        OptionalLong missed = reader.number("missedRekeys", 1, 100, OptionalLong.of(3));
        RekeyTransport transport = RekeyReader.read(reader, lines);
        MemberDialect dialect = dialect();
        boolean keyTree = reader.flag("keyTree", false);
        if (keyTree && dialect.profile() != GdoiProfile.RFC6407) {
            reader.problem(
                    "keyTree",
                    "needs profile " + GdoiProfile.RFC6407.text() + ": set it, or remove keyTree");
        }
        ReplayPolicy replay = ReplayReader.read(reader);
        Optional<Instant> receiveOnlyUntil = receiveOnlyUntil(dialect);
        reader.finish();
        if (name.isEmpty()
                || id.isEmpty()
                || tek.isEmpty()
                || kek.isEmpty()
                || activation.isEmpty()
                || deactivation.isEmpty()
                || missed.isEmpty()
                || bits.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                GroupPolicy.builder(name.get(), id.get(), lines)
                        .transform(transform)
                        .authorisation(authorisation)
                        .tekLifetime(tek.getAsLong())
                        .trafficLimit(limit)
                        .kekLifetime(kek.getAsLong())
                        .rekeyProtection(protection)
                        .delays((int) activation.getAsLong(), (int) deactivation.getAsLong())
                        .senderIdBits((int) bits.getAsLong())
                        .switchOnlyExceptions(switchOnly)
                        .rekeyAcknowledgement(acknowledgement)
                        .missedRekeys((int) missed.getAsLong())
                        .rekeyTransport(transport)
                        .dialect(dialect)
                        .keyTree(keyTree)
                        .replay(replay)
                        .receiveOnlyUntil(receiveOnlyUntil.orElse(null))
                        .build());
    }

    private Optional<Instant> receiveOnlyUntil(MemberDialect dialect) {
        Optional<String> text = reader.optionalText("receiveOnlyUntil", "2030-01-31T18:00:00Z");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (dialect.profile() != GdoiProfile.RFC6407) {
            reader.problem(
                    "receiveOnlyUntil",
                    "needs profile "
                            + GdoiProfile.RFC6407.text()
                            + ", which has directions of SAs");
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text.get()));
        } catch (DateTimeParseException e) {
            reader.problem(
                    "receiveOnlyUntil", "must be an instant in UTC, like 2030-01-31T18:00:00Z");
            return Optional.empty();
        }
    }

    private static RekeyProtection protection(ObjectReader kek) {
        String cipher = RekeyProtection.STANDARD.cipher().text();
        String digest = RekeyProtection.STANDARD.digest().text();
        Optional<RekeyProtection.Cipher> asked =
                RekeyProtection.Cipher.named(kek.optionalText("cipher", cipher).orElse(cipher));
        if (asked.isEmpty()) {
            kek.problem("cipher", "must be one of " + RekeyProtection.Cipher.names());
        }
        Optional<RekeyProtection.Digest> hash =
                RekeyProtection.Digest.named(
                        kek.optionalText("signatureHash", digest).orElse(digest));
        if (hash.isEmpty()) {
            kek.problem("signatureHash", "must be one of " + RekeyProtection.Digest.names());
        }
        return new RekeyProtection(
                asked.orElse(RekeyProtection.STANDARD.cipher()),
                hash.orElse(RekeyProtection.STANDARD.digest()));
    }

    private MemberDialect dialect() {
        String text =
                reader.optionalText("profile", GdoiProfile.RFC6407.text())
                        .orElse(GdoiProfile.RFC6407.text());
        Optional<GdoiProfile> profile = GdoiProfile.named(text);
        if (profile.isEmpty()) {
            reader.problem("profile", "must be one of " + GdoiProfile.names());
        }
        Set<MemberQuirk> quirks = EnumSet.noneOf(MemberQuirk.class);
        String example = MemberQuirk.BARE_HASH_SIGNATURE.text();
        for (String each : reader.texts("quirks", example, List.of())) {
            Optional<MemberQuirk> quirk = MemberQuirk.named(each);
            if (quirk.isEmpty()) {
                reader.problem("quirks", "\"" + each + "\" is none of " + MemberQuirk.names());
            } else if (!quirks.add(quirk.get())) {
                reader.problem("quirks", "\"" + each + "\" is listed twice: remove one");
            }
        }
        return new MemberDialect(profile.orElse(GdoiProfile.RFC6407), quirks);
    }

    private Optional<String> name(Map<String, String> names) {
        Optional<String> name = reader.text("name", "blue");
        if (name.isPresent() && !name.get().matches("[a-z0-9._-]{1,64}")) {
            reader.problem("name", "must be 1 to 64 of a-z 0-9 . _ -, for example \"blue\"");
        }
        name.ifPresent(text -> unique("name", text, names));
        return name;
    }

    private Optional<String> id(Map<String, String> ids) {
        String remedy = "must be a number from 0 to 4294967295 or an IPv4 address, like 1234";
        Optional<String> id = reader.textOrNumber("id", "1234");
        if (id.isEmpty()) {
            return id;
        }
        boolean number =
                id.get().matches("0|[1-9][0-9]{0,9}") && Long.parseLong(id.get()) <= 0xffff_ffffL;
        boolean address =
                AddressText.parse(id.get()).filter(a -> a.getAddress().length == 4).isPresent();
        if (!number && !address) {
            reader.problem("id", remedy);
            return Optional.empty();
        }
        unique("id", id.get(), ids);
        return id;
    }

    private void unique(String field, String value, Map<String, String> seen) {
        String first = seen.putIfAbsent(value, reader.path(field));
        if (first != null) {
            reader.problem(field, "is already used by " + first + ": choose another");
        }
    }

    private List<PolicyLine> lines() {
        List<PolicyLine> lines = new ArrayList<>();
        List<TrafficSelector> selectors = new ArrayList<>();
        List<String> places = new ArrayList<>();
        boolean complete = true;
        for (ObjectReader each :
                reader.objects("policy", "{\"action\": \"PROTECT\", \"source\": \"10.0.0.0/8\"}")) {
            Optional<PolicyLine> line = LineReader.read(each);
            if (line.isEmpty()) {
                complete = false;
                continue;
            }
            TrafficSelector selector = LineReader.selector(line.get());
            for (int i = 0; i < selectors.size(); i++) {
                if (SelectorCover.covers(selectors.get(i), selector)) {
                    each.problem(
                            "source",
                            "nothing reaches this line, because "
                                    + places.get(i)
                                    + " ("
                                    + lines.get(i)
                                    + ") takes it all: move this line before it, or remove it");
                    break;
                }
            }
            lines.add(line.get());
            selectors.add(selector);
            places.add(each.path("source").replace(".source", ""));
        }
        boolean protects = lines.stream().anyMatch(l -> l.action() == PolicyLine.Action.PROTECT);
        if (complete && !lines.isEmpty() && !protects) {
            reader.problem(
                    "policy",
                    "needs at least one PROTECT line, for example {\"action\": \"PROTECT\","
                            + " \"source\": \"10.0.0.0/8\", \"destination\": \"10.0.0.0/8\"}");
        }
        return lines;
    }

    private String transform() {
        String transform = reader.optionalText("transform", "aes-gcm-256").orElse("aes-gcm-256");
        if (EspTransform.named(transform).isEmpty()) {
            reader.problem(
                    "transform",
                    "must be aes-gcm-128 or aes-gcm-256, or for members of other makers one of "
                            + EspTransform.known().stream()
                                    .map(EspTransform::name)
                                    .collect(Collectors.joining(", ")));
        }
        return transform;
    }

    private RekeyAcknowledgement acknowledgement() {
        String text = reader.optionalText("rekeyAcknowledgement", "sha256").orElse("sha256");
        Optional<RekeyAcknowledgement> kind = RekeyAcknowledgement.named(text);
        if (kind.isEmpty()) {
            reader.problem(
                    "rekeyAcknowledgement", "must be one of " + RekeyAcknowledgement.names());
        }
        return kind.orElse(RekeyAcknowledgement.SHA256);
    }

    private List<String> members() {
        Set<String> members = new LinkedHashSet<>();
        for (String text : reader.texts("members", "10.1.0.2", null)) {
            try {
                String prefix = PrefixText.parse(text).toString();
                String canonical =
                        text.indexOf('/') < 0 ? prefix.substring(0, prefix.indexOf('/')) : prefix;
                if (!members.add(canonical)) {
                    reader.problem("members", "\"" + text + "\" is listed twice: remove one");
                }
            } catch (IllegalArgumentException e) {
                reader.problem("members", "\"" + text + "\" " + e.getMessage());
            }
        }
        return new ArrayList<>(members);
    }

    private List<String> identities() {
        Set<String> identities = new LinkedHashSet<>();
        for (String text : reader.texts("identities", "fqdn:*.example.org", List.of())) {
            try {
                IdentityPattern.parse(text);
                if (!identities.add(text)) {
                    reader.problem("identities", "\"" + text + "\" is listed twice: remove one");
                }
            } catch (IllegalArgumentException e) {
                reader.problem("identities", "\"" + text + "\" " + e.getMessage());
            }
        }
        return new ArrayList<>(identities);
    }

    private static OptionalLong lifetime(Optional<ObjectReader> key, long least, long fallback) {
        return key.isEmpty()
                ? OptionalLong.of(fallback)
                : key.get().number("lifetime", least, LONGEST, OptionalLong.of(fallback));
    }

    /** A limit that a group reaches within a rollover would begin one after the other. */
    private static TrafficLimit trafficLimit(ObjectReader tek) {
        OptionalLong none = OptionalLong.of(0);
        return new TrafficLimit(
                tek.number("packets", LEAST_PACKETS, Long.MAX_VALUE, none).orElse(0),
                tek.number("octets", LEAST_OCTETS, Long.MAX_VALUE, none).orElse(0));
    }

    /**
     * Both delays run from the rekey message (RFC 6407, section 5.4), so an old key must not go
     * before the new one is in use; and a rollover must fit into half of a lifetime.
     */
    private OptionalLong deactivation(OptionalLong activation, OptionalLong tek) {
        long standard =
                Math.max(
                        activation.orElse(0),
                        Math.min(Math.max(15, 3 * activation.orElse(0)), tek.orElse(3600) / 2));
        OptionalLong deactivation =
                reader.number("deactivationDelay", 0, 3600, OptionalLong.of(standard));
        if (activation.isEmpty() || deactivation.isEmpty()) {
            return deactivation;
        }
        if (deactivation.getAsLong() < activation.getAsLong()) {
            reader.problem(
                    "deactivationDelay",
                    "must be at least activationDelay ("
                            + activation.getAsLong()
                            + "), or packets under the old key are lost; for example "
                            + 3 * activation.getAsLong());
        } else if (tek.isPresent() && 2 * deactivation.getAsLong() > tek.getAsLong()) {
            reader.problem(
                    "deactivationDelay",
                    deactivation.getAsLong()
                            + " s: must be at most half of tek.lifetime ("
                            + tek.getAsLong()
                            + "), or a rollover does not end before the next begins");
        }
        return deactivation;
    }
}
