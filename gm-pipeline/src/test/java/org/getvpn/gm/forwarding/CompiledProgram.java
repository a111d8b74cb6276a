// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the JSON that p4c made of {@code group_member.p4}, as the behavioral model does: parser,
 * checksum verification, ingress, then for each copy egress, checksum update, deparser. It knows
 * nothing of the program beyond the JSON, and searches tables entry by entry.
 */
final class CompiledProgram {
    private static final String RESOURCE = "/org/getvpn/p4/group_member.json";
    private static final BigInteger DROP_PORT = BigInteger.valueOf(511);

    private final JsonNode program;
    private final Map<String, JsonNode> nodes = new HashMap<>();
    private final Map<Integer, JsonNode> actions = new HashMap<>();
    private final Map<String, List<JsonNode>> headerFields = new HashMap<>();
    private final Map<String, List<Row>> rows = new HashMap<>();
    private final Map<Integer, Bmv2Meter> meters = new HashMap<>(); // of the program's one array
    private long micros;

    // one packet
    private Map<String, BigInteger> fields;
    private byte[] frame;
    private int parsedBits;
    private boolean exited;
    private final Map<Row, long[]> counts = new HashMap<>();
    private final Map<String, long[]> misses = new HashMap<>();

    /** An entry: for each field of the key a value and a mask. */
    record Row(
            String table,
            List<BigInteger> values,
            List<BigInteger> masks,
            int rank,
            String action,
            List<Long> parameters) {}

    CompiledProgram() throws IOException {
        try (InputStream in = CompiledProgram.class.getResourceAsStream(RESOURCE)) {
            program = new JsonMapper().readTree(in);
        }
        for (JsonNode pipeline : program.get("pipelines")) {
            for (String kind : List.of("tables", "conditionals")) {
                pipeline.get(kind).forEach(node -> nodes.put(node.get("name").asText(), node));
            }
        }
        program.get("actions").forEach(action -> actions.put(action.get("id").asInt(), action));
        Map<String, List<JsonNode>> types = new HashMap<>();
        for (JsonNode type : program.get("header_types")) {
            List<JsonNode> list = new ArrayList<>();
            type.get("fields").forEach(list::add);
            types.put(type.get("name").asText(), list);
        }
        program.get("headers")
                .forEach(
                        header ->
                                headerFields.put(
                                        header.get("name").asText(),
                                        types.get(header.get("header_type").asText())));
    }

    void clear() {
        rows.clear();
        counts.clear();
        misses.clear();
        meters.clear();
    }

    void meter(int index, Bmv2Meter meter) {
        meters.put(index, meter);
    }

    void add(Row row) {
        rows.computeIfAbsent(row.table(), t -> new ArrayList<>()).add(row);
        counts.put(row, new long[2]);
    }

    long[] counts(Row row) {
        return counts.get(row);
    }

    long[] misses(String table) {
        return misses.getOrDefault(table, new long[2]);
    }

    /** Everything up to the traffic manager, so many microseconds after the beginning. */
    void run(byte[] received, int port, long when) {
        micros = when;
        fields = new HashMap<>();
        frame = received;
        parsedBits = 0;
        set("standard_metadata.ingress_port", BigInteger.valueOf(port));
        parse();
        checksums(true);
        control(0);
    }

    private void control(int pipeline) {
        exited = false;
        String next = program.get("pipelines").get(pipeline).get("init_table").asText();
        while (next != null && !exited) {
            next = apply(nodes.get(next));
        }
    }

    /** The packet, or a copy of it, as it leaves by a port; nothing if egress drops it. */
    Optional<byte[]> leaving(int port) {
        Map<String, BigInteger> afterIngress = fields;
        fields = new HashMap<>(afterIngress);
        set("standard_metadata.egress_port", BigInteger.valueOf(port));
        set("standard_metadata.egress_spec", BigInteger.ZERO);
        control(1);
        boolean leaves = !get("standard_metadata.egress_spec").equals(DROP_PORT);
        Optional<byte[]> left = leaves ? Optional.of(deparse()) : Optional.empty();
        fields = afterIngress;
        return left;
    }

    int egress() {
        return get("standard_metadata.egress_spec").intValueExact();
    }

    boolean isDropped() {
        return group() == 0 && get("standard_metadata.egress_spec").equals(DROP_PORT);
    }

    int group() {
        return get("standard_metadata.mcast_grp").intValueExact();
    }

    private BigInteger get(String field) {
        return fields.getOrDefault(field, BigInteger.ZERO);
    }

    private void set(String field, BigInteger value) {
        fields.put(field, value);
    }

    private static String name(JsonNode reference) {
        return reference.get(0).asText() + "." + reference.get(1).asText();
    }

    // --- parser and deparser

    private void parse() {
        JsonNode parser = program.get("parsers").get(0);
        String state = parser.get("init_state").asText();
        while (state != null) {
            JsonNode now = find(parser.get("parse_states"), state);
            for (JsonNode op : now.get("parser_ops")) {
                JsonNode parameters = op.get("parameters");
                if (op.get("op").asText().equals("extract")) {
                    if (!extract(parameters.get(0).get("value").asText())) {
                        return; // a packet too short: the headers so far are valid
                    }
                } else {
                    set(name(parameters.get(0).get("value")), value(parameters.get(1), List.of()));
                }
            }
            state = transition(now);
        }
    }

    private static JsonNode find(JsonNode list, String name) {
        for (JsonNode each : list) {
            if (each.get("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError(name);
    }

    /** Keys are concatenated, each filled up to whole octets. */
    private String transition(JsonNode state) {
        BigInteger key = BigInteger.ZERO;
        for (JsonNode part : state.get("transition_key")) {
            String field = name(part.get("value"));
            key = key.shiftLeft((width(field) + 7) / 8 * 8).or(get(field));
        }
        for (JsonNode transition : state.get("transitions")) {
            boolean isDefault = transition.get("type").asText().equals("default");
            if (isDefault || number(transition.get("value").asText()).equals(key)) {
                JsonNode next = transition.get("next_state");
                return next.isNull() ? null : next.asText();
            }
        }
        return null;
    }

    private int width(String field) {
        int dot = field.indexOf('.');
        for (JsonNode each : headerFields.get(field.substring(0, dot))) {
            if (each.get(0).asText().equals(field.substring(dot + 1))) {
                return each.get(1).asInt();
            }
        }
        throw new AssertionError(field);
    }

    private boolean extract(String header) {
        int bits = headerFields.get(header).stream().mapToInt(f -> f.get(1).asInt()).sum();
        if (parsedBits + bits > frame.length * 8) {
            return false;
        }
        for (JsonNode field : headerFields.get(header)) {
            BigInteger value = BigInteger.ZERO;
            for (int i = field.get(1).asInt() - 1; i >= 0; i--, parsedBits++) {
                if ((frame[parsedBits / 8] >> 7 - parsedBits % 8 & 1) != 0) {
                    value = value.setBit(i);
                }
            }
            set(header + "." + field.get(0).asText(), value);
        }
        set(header + ".$valid$", BigInteger.ONE);
        return true;
    }

    /** The frame with its headers written anew, and what was not parsed behind them. */
    private byte[] deparse() {
        checksums(false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (JsonNode header : program.get("deparsers").get(0).get("order")) {
            String name = header.asText();
            if (get(name + ".$valid$").signum() != 0) {
                out.writeBytes(octets(name));
            }
        }
        out.write(frame, parsedBits / 8, frame.length - parsedBits / 8);
        return out.toByteArray();
    }

    /** A header, which has whole octets. */
    private byte[] octets(String header) {
        BitSet bits = new BitSet();
        int bit = 0;
        for (JsonNode field : headerFields.get(header)) {
            BigInteger value = get(header + "." + field.get(0).asText());
            for (int i = field.get(1).asInt() - 1; i >= 0; i--, bit++) {
                bits.set(bit / 8 * 8 + 7 - bit % 8, value.testBit(i));
            }
        }
        return Arrays.copyOf(bits.toByteArray(), bit / 8);
    }

    private void checksums(boolean verify) {
        for (JsonNode checksum : program.get("checksums")) {
            if (checksum.get("verify").asBoolean() != verify || !isTrue(checksum.get("if_cond"))) {
                continue;
            }
            BigInteger computed =
                    csum16(find(program.get("calculations"), checksum.get("calculation").asText()));
            String target = name(checksum.get("target"));
            if (!verify) {
                set(target, computed);
            } else if (!get(target).equals(computed)) {
                set("standard_metadata.checksum_error", BigInteger.ONE);
            }
        }
    }

    private BigInteger csum16(JsonNode calculation) {
        long sum = 0;
        long word = 0;
        int bits = 0;
        for (JsonNode input : calculation.get("input")) {
            String field = name(input.get("value"));
            for (int i = width(field) - 1; i >= 0; i--) {
                word = word << 1 | (get(field).testBit(i) ? 1 : 0);
                if (++bits % 16 == 0) {
                    sum += word;
                    word = 0;
                }
            }
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return BigInteger.valueOf(~sum & 0xffff);
    }

    // --- ingress and egress

    private String apply(JsonNode node) {
        if (node.has("expression")) {
            JsonNode next = node.get(isTrue(node.get("expression")) ? "true_next" : "false_next");
            return next.isNull() ? null : next.asText();
        }
        String table = node.get("name").asText();
        String alias = table.substring(table.indexOf('.') + 1);
        Row row = search(node, alias);
        JsonNode action = null;
        List<Long> data = List.of();
        if (row == null) {
            count(misses.computeIfAbsent(alias, t -> new long[2]));
            action = actions.get(node.get("default_entry").get("action_id").asInt());
        } else {
            count(counts.get(row));
            data = row.parameters();
            for (JsonNode id : node.get("action_ids")) {
                String name = actions.get(id.asInt()).get("name").asText();
                if (name.substring(name.indexOf('.') + 1).equals(row.action())) {
                    action = actions.get(id.asInt());
                }
            }
        }
        perform(action, data);
        JsonNode next = node.get("next_tables").get(action.get("name").asText());
        return next == null || next.isNull() ? null : next.asText();
    }

    private void count(long[] counter) {
        counter[0]++;
        counter[1] += frame.length;
    }

    private Row search(JsonNode node, String alias) {
        Row best = null;
        for (Row row : rows.getOrDefault(alias, List.of())) {
            boolean matches = true;
            for (int i = 0; i < row.values().size(); i++) {
                BigInteger packet = get(name(node.get("key").get(i).get("target")));
                matches &= packet.and(row.masks().get(i)).equals(row.values().get(i));
            }
            if (matches && (best == null || row.rank() > best.rank())) {
                best = row;
            }
        }
        return best;
    }

    private void perform(JsonNode action, List<Long> data) {
        for (JsonNode primitive : action.get("primitives")) {
            JsonNode parameters = primitive.get("parameters");
            switch (primitive.get("op").asText()) {
                case "assign" ->
                        set(name(parameters.get(0).get("value")), value(parameters.get(1), data));
                case "mark_to_drop" -> {
                    set("standard_metadata.egress_spec", DROP_PORT);
                    set("standard_metadata.mcast_grp", BigInteger.ZERO);
                }
                case "execute_meter" -> {
                    Bmv2Meter meter = meters.get(value(parameters.get(1), data).intValueExact());
                    int colour = meter == null ? 0 : meter.colour(micros);
                    set(name(parameters.get(2).get("value")), BigInteger.valueOf(colour));
                }
                case "add_header" ->
                        set(parameters.get(0).get("value").asText() + ".$valid$", BigInteger.ONE);
                case "exit" -> exited = true;
                default -> throw new AssertionError(primitive.toString());
            }
        }
    }

    private boolean isTrue(JsonNode condition) {
        return value(condition, List.of()).signum() != 0;
    }

    private static BigInteger number(String hexadecimal) {
        return new BigInteger(hexadecimal.replace("0x", ""), 16);
    }

    private static BigInteger bit(boolean one) {
        return one ? BigInteger.ONE : BigInteger.ZERO;
    }

    private BigInteger value(JsonNode of, List<Long> data) {
        JsonNode inner = of.get("value");
        return switch (of.get("type").asText()) {
            case "field" -> get(name(inner));
            case "hexstr" -> number(inner.asText());
            case "bool" -> bit(inner.asBoolean());
            case "runtime_data" -> BigInteger.valueOf(data.get(inner.asInt()));
            case "expression" -> inner.has("op") ? operation(inner, data) : value(inner, data);
            default -> throw new AssertionError(of.toString());
        };
    }

    private BigInteger operation(JsonNode of, List<Long> data) {
        JsonNode leftNode = of.get("left");
        BigInteger left =
                leftNode == null || leftNode.isNull() ? BigInteger.ZERO : value(leftNode, data);
        BigInteger right = value(of.get("right"), data);
        return switch (of.get("op").asText()) {
            case "d2b", "b2d" -> right;
            case "not" -> BigInteger.ONE.subtract(right);
            case "and", "&" -> left.and(right);
            case "or", "|" -> left.or(right);
            case "+" -> left.add(right);
            case "==" -> bit(left.equals(right));
            case "!=" -> bit(!left.equals(right));
            case "<=" -> bit(left.compareTo(right) <= 0);
            case "<" -> bit(left.compareTo(right) < 0);
            case ">=" -> bit(left.compareTo(right) >= 0);
            case ">" -> bit(left.compareTo(right) > 0);
            default -> throw new AssertionError(of.toString());
        };
    }

    /** The tables there are, in the order of the program. */
    List<String> tables() {
        List<String> names = new ArrayList<>();
        for (JsonNode pipeline : program.get("pipelines")) {
            for (JsonNode table : pipeline.get("tables")) {
                String name = table.get("name").asText();
                if (name.startsWith("GroupMember")) { // others are single actions, p4c's
                    names.add(name.substring(name.indexOf('.') + 1));
                }
            }
        }
        return names;
    }
}
