// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.getvpn.gm.p4.ActionShape;
import org.getvpn.gm.p4.Entry;
import org.getvpn.gm.p4.EntryCounter;
import org.getvpn.gm.p4.MatchKey;
import org.getvpn.gm.p4.MatchKind;
import org.getvpn.gm.p4.Note;
import org.getvpn.gm.p4.Refusal;
import org.getvpn.gm.p4.RefusedUpdate;
import org.getvpn.gm.p4.TableShape;
import p4.v1.P4RuntimeOuterClass.Action;
import p4.v1.P4RuntimeOuterClass.CounterData;
import p4.v1.P4RuntimeOuterClass.FieldMatch;
import p4.v1.P4RuntimeOuterClass.TableAction;
import p4.v1.P4RuntimeOuterClass.TableEntry;

/**
 * Table entries between the wire and the tables (P4Runtime 1.4, section 9.1). What contradicts
 * p4info is refused with the code that the specification names.
 */
final class EntryCodec {
    private EntryCodec() {}

    /**
     * What identifies the entry.
     *
     * @throws RefusedUpdate INVALID_ARGUMENT or OUT_OF_RANGE
     */
    static MatchKey key(TableShape table, TableEntry entry) throws RefusedUpdate {
        BigInteger values = BigInteger.ZERO;
        BigInteger masks = BigInteger.ZERO;
        Set<Integer> seen = new HashSet<>();
        for (FieldMatch match : entry.getMatchList()) {
            TableShape.Field field =
                    table.field(match.getFieldId())
                            .orElseThrow(
                                    () ->
                                            invalid(
                                                    table.name()
                                                            + ": field_id "
                                                            + match.getFieldId()
                                                            + ": p4info has no such field"));
            String what = table.name() + "." + field.name();
            if (!seen.add(field.id())) {
                throw invalid(what + ": stands there twice");
            }
            BigInteger mask = mask(field, match, what);
            BigInteger value = value(field, match, what);
            if (value.andNot(mask).signum() != 0) {
                throw invalid(what + ": the value has bits outside its mask; clear them");
            }
            values = values.or(field.key(value));
            masks = masks.or(field.key(mask));
        }
        for (TableShape.Field field : table.fields()) {
            if (field.kind() == MatchKind.EXACT && !seen.contains(field.id())) {
                throw invalid(table.name() + "." + field.name() + ": must be given: exact match");
            }
        }
        return new MatchKey(values, masks, priority(table, entry));
    }

    private static int priority(TableShape table, TableEntry entry) throws RefusedUpdate {
        int priority = entry.getPriority();
        if (table.hasPriorities() && priority <= 0) {
            throw invalid(
                    table.name() + ": priority " + priority + ": must be above 0: ternary match");
        }
        if (!table.hasPriorities() && priority != 0) {
            throw invalid(
                    table.name() + ": priority " + priority + ": must be 0: no ternary match");
        }
        return priority;
    }

    private static BigInteger mask(TableShape.Field field, FieldMatch match, String what)
            throws RefusedUpdate {
        switch (field.kind()) {
            case EXACT -> {
                require(match.hasExact(), what, "exact");
                return field.greatest();
            }
            case LPM -> {
                require(match.hasLpm(), what, "lpm");
                int length = match.getLpm().getPrefixLen();
                if (length <= 0 || length > field.width()) {
                    throw invalid(
                            what
                                    + ": prefix_len "
                                    + length
                                    + ": must be 1 to "
                                    + field.width()
                                    + "; leave the field out to match all");
                }
                int open = field.width() - length;
                return field.greatest().shiftRight(open).shiftLeft(open);
            }
            case TERNARY -> {
                require(match.hasTernary(), what, "ternary");
                BigInteger mask =
                        Bytestring.number(match.getTernary().getMask(), field.width(), what);
                if (mask.signum() == 0) {
                    throw invalid(what + ": mask 0: leave the field out to match all");
                }
                return mask;
            }
            default -> throw new IllegalStateException();
        }
    }

    private static void require(boolean present, String what, String kind) throws RefusedUpdate {
        if (!present) {
            throw invalid(what + ": must be matched by " + kind);
        }
    }

    private static BigInteger value(TableShape.Field field, FieldMatch match, String what)
            throws RefusedUpdate {
        ByteString octets =
                switch (field.kind()) {
                    case EXACT -> match.getExact().getValue();
                    case LPM -> match.getLpm().getValue();
                    case TERNARY -> match.getTernary().getValue();
                };
        return Bytestring.number(octets, field.width(), what);
    }

    /**
     * The action of an entry.
     *
     * @throws RefusedUpdate INVALID_ARGUMENT for none, or one that the table does not have
     */
    static ActionShape action(TableShape table, TableEntry entry) throws RefusedUpdate {
        if (!entry.getAction().hasAction()) {
            throw invalid(table.name() + ": action: must be given, as an action of its own");
        }
        int id = entry.getAction().getAction().getActionId();
        return table.action(id)
                .orElseThrow(
                        () ->
                                invalid(
                                        String.format(
                                                "%s: action_id 0x%08x: not an action of this table",
                                                table.name(), id)));
    }

    /**
     * The values of an action's parameters, in p4info's order.
     *
     * @throws RefusedUpdate INVALID_ARGUMENT or OUT_OF_RANGE
     */
    static List<Long> parameters(ActionShape action, TableEntry entry) throws RefusedUpdate {
        Map<Integer, ByteString> given = new HashMap<>();
        for (Action.Param param : entry.getAction().getAction().getParamsList()) {
            if (given.put(param.getParamId(), param.getValue()) != null) {
                throw invalid(
                        action.name()
                                + ": param_id "
                                + param.getParamId()
                                + ": stands there twice");
            }
        }
        List<Long> values = new ArrayList<>();
        for (ActionShape.Parameter parameter : action.parameters()) {
            ByteString octets = given.remove(parameter.id());
            String what = action.name() + "." + parameter.name();
            if (octets == null) {
                throw invalid(what + ": must be given");
            }
            values.add(Bytestring.value(octets, parameter.width(), what));
        }
        if (!given.isEmpty()) {
            throw invalid(
                    action.name()
                            + ": param_id "
                            + given.keySet().iterator().next()
                            + ": p4info has no such parameter");
        }
        return values;
    }

    /**
     * What the controller wants back, after a look at what this switch does not have.
     *
     * @throws RefusedUpdate INVALID_ARGUMENT
     */
    static Note note(TableShape table, TableEntry entry) throws RefusedUpdate {
        if (entry.hasMeterConfig()) {
            throw invalid(table.name() + ": meter_config: the table has no meter");
        }
        if (entry.getIdleTimeoutNs() != 0 || entry.hasTimeSinceLastHit()) {
            throw invalid(table.name() + ": idle_timeout_ns: entries of the table do not time out");
        }
        if (entry.getMetadata().size() > Note.MOST_METADATA) {
            throw new RefusedUpdate(
                    Refusal.RESOURCE_EXHAUSTED,
                    table.name() + ": metadata: at most " + Note.MOST_METADATA + " octets");
        }
        return new Note(controllerMetadata(entry), entry.getMetadata().toByteArray());
    }

    /** The older of two ways to note something with an entry, which controllers still use. */
    @SuppressWarnings("deprecation")
    static long controllerMetadata(TableEntry entry) {
        return entry.getControllerMetadata();
    }

    private static RefusedUpdate invalid(String message) {
        return new RefusedUpdate(Refusal.INVALID_ARGUMENT, message);
    }

    /** An entry as it is read. */
    @SuppressWarnings("deprecation") // controllers still note things the older way
    static TableEntry message(TableShape table, Entry entry, boolean withCounter) {
        TableEntry.Builder message =
                TableEntry.newBuilder()
                        .setTableId(table.id())
                        .setPriority(entry.key().priority())
                        .setControllerMetadata(entry.note().controllerMetadata())
                        .setMetadata(ByteString.copyFrom(entry.note().metadata()));
        for (TableShape.Field field : table.fields()) {
            addMatch(message, field, entry.key());
        }
        Action.Builder action = Action.newBuilder().setActionId(entry.action());
        List<ActionShape.Parameter> parameters =
                table.action(entry.action()).orElseThrow().parameters();
        for (int i = 0; i < entry.parameterCount(); i++) {
            action.addParams(
                    Action.Param.newBuilder()
                            .setParamId(parameters.get(i).id())
                            .setValue(Bytestring.of(entry.parameter(i))));
        }
        message.setAction(TableAction.newBuilder().setAction(action));
        if (withCounter) {
            message.setCounterData(counts(entry.counter()));
        }
        return message.build();
    }

    /** What identifies an entry, of an entry as it is read. */
    static TableEntry keyAlone(TableEntry entry) {
        return TableEntry.newBuilder()
                .setTableId(entry.getTableId())
                .setIsDefaultAction(entry.getIsDefaultAction())
                .setPriority(entry.getPriority())
                .addAllMatch(entry.getMatchList())
                .build();
    }

    private static void addMatch(TableEntry.Builder message, TableShape.Field field, MatchKey key) {
        BigInteger mask = field.of(key.masks());
        if (mask.signum() == 0) {
            return;
        }
        ByteString value = Bytestring.of(field.of(key.values()));
        FieldMatch.Builder match = FieldMatch.newBuilder().setFieldId(field.id());
        switch (field.kind()) {
            case EXACT -> match.setExact(FieldMatch.Exact.newBuilder().setValue(value));
            case LPM ->
                    match.setLpm(
                            FieldMatch.LPM
                                    .newBuilder()
                                    .setValue(value)
                                    .setPrefixLen(mask.bitCount()));
            case TERNARY ->
                    match.setTernary(
                            FieldMatch.Ternary.newBuilder()
                                    .setValue(value)
                                    .setMask(Bytestring.of(mask)));
            default -> throw new IllegalStateException();
        }
        message.addMatch(match);
    }

    /** The default entry of a table as it is read. */
    static TableEntry defaultMessage(TableShape table, EntryCounter counter, boolean withCounter) {
        TableEntry.Builder message =
                TableEntry.newBuilder()
                        .setTableId(table.id())
                        .setIsDefaultAction(true)
                        .setAction(
                                TableAction.newBuilder()
                                        .setAction(
                                                Action.newBuilder()
                                                        .setActionId(table.defaultAction())));
        if (withCounter) {
            message.setCounterData(counts(counter));
        }
        return message.build();
    }

    /** A counter as it is read. */
    static CounterData counts(EntryCounter counter) {
        return CounterData.newBuilder()
                .setPacketCount(counter.packets())
                .setByteCount(counter.octets())
                .build();
    }
}
