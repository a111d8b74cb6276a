// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4runtime;

import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.getvpn.gm.p4.ActionShape;
import org.getvpn.gm.p4.MatchKind;
import org.getvpn.gm.p4.MeterShape;
import org.getvpn.gm.p4.TableShape;
import p4.config.v1.P4InfoOuterClass.Action;
import p4.config.v1.P4InfoOuterClass.ActionRef;
import p4.config.v1.P4InfoOuterClass.ControllerPacketMetadata;
import p4.config.v1.P4InfoOuterClass.MatchField;
import p4.config.v1.P4InfoOuterClass.Meter;
import p4.config.v1.P4InfoOuterClass.MeterSpec;
import p4.config.v1.P4InfoOuterClass.P4Info;
import p4.config.v1.P4InfoOuterClass.Table;

/** The p4info of {@code group_member.p4}, the only one that this switch accepts. */
public final class PipelineInfo {
    private static final String RESOURCE = "/org/getvpn/p4/group_member.p4info.txt";

    private final P4Info message;
    private final List<TableShape> tables;
    private final List<MeterShape> meters;

    private PipelineInfo(P4Info message) {
        this.message = message;
        Map<Integer, ActionShape> actions = new HashMap<>();
        for (Action action : message.getActionsList()) {
            actions.put(action.getPreamble().getId(), shape(action));
        }
        this.tables = message.getTablesList().stream().map(t -> shape(t, actions)).toList();
        this.meters = message.getMetersList().stream().map(PipelineInfo::shape).toList();
    }

    /** Reads what the module {@code p4} compiled. */
    public static PipelineInfo load() {
        try (InputStream in = PipelineInfo.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing: the build is broken");
            }
            P4Info.Builder info = P4Info.newBuilder();
            TextFormat.merge(new String(in.readAllBytes(), StandardCharsets.UTF_8), info);
            return new PipelineInfo(info.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ActionShape shape(Action action) {
        return new ActionShape(
                action.getPreamble().getId(),
                action.getPreamble().getAlias(),
                action.getParamsList().stream()
                        .map(
                                p ->
                                        new ActionShape.Parameter(
                                                p.getId(), p.getName(), p.getBitwidth()))
                        .toList());
    }

    private static TableShape shape(Table table, Map<Integer, ActionShape> actions) {
        List<TableShape.Field> fields = new ArrayList<>();
        int bit = 0;
        for (MatchField field : table.getMatchFieldsList()) {
            fields.add(
                    new TableShape.Field(
                            field.getId(), field.getName(), field.getBitwidth(), kind(field), bit));
            bit += field.getBitwidth();
        }
        return new TableShape(
                table.getPreamble().getId(),
                table.getPreamble().getAlias(),
                fields,
                table.getActionRefsList().stream().map(ActionRef::getId).map(actions::get).toList(),
                table.getConstDefaultActionId(),
                table.getDirectResourceIds(0),
                (int) table.getSize());
    }

    private static MeterShape shape(Meter meter) {
        if (meter.getSpec().getUnit() != MeterSpec.Unit.PACKETS) {
            throw new IllegalStateException(
                    meter.getPreamble().getName() + ": " + meter.getSpec().getUnit());
        }
        return new MeterShape(
                meter.getPreamble().getId(), meter.getPreamble().getAlias(), (int) meter.getSize());
    }

    private static MatchKind kind(MatchField field) {
        return switch (field.getMatchType()) {
            case EXACT -> MatchKind.EXACT;
            case LPM -> MatchKind.LPM;
            case TERNARY -> MatchKind.TERNARY;
            default ->
                    throw new IllegalStateException(field.getName() + ": " + field.getMatchType());
        };
    }

    /** The whole message. */
    public P4Info message() {
        return message;
    }

    /** The tables in the order of p4info. */
    public List<TableShape> tables() {
        return tables;
    }

    /** The indexed meters in the order of p4info. */
    public List<MeterShape> meters() {
        return meters;
    }

    /**
     * Fields of the header that a packet carries to or from a controller.
     *
     * @param name {@code packet_in} or {@code packet_out}
     */
    List<ControllerPacketMetadata.Metadata> packetHeader(String name) {
        return message.getControllerPacketMetadataList().stream()
                .filter(header -> header.getPreamble().getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getMetadataList();
    }
}
