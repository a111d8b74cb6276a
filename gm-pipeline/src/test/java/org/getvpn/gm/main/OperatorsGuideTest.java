// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.getvpn.gm.forwarding.SwitchDrop;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.registration.MemberState;
import org.getvpn.gm.registration.TekStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/pipeline.md against the program. */
class OperatorsGuideTest {
    private List<String> rows;

    @BeforeEach
    void read() throws IOException {
        rows =
                Files.readAllLines(Path.of("../docs/pipeline.md")).stream()
                        .filter(line -> line.matches("\\| `[A-Z].*"))
                        .map(line -> line.substring(3, line.indexOf('`', 3)))
                        .toList();
    }

    @Test
    void everyDropReasonIsExplainedOnceInTheOrderOfTheStatus() {
        List<String> reasons = Arrays.stream(DropReason.values()).map(DropReason::name).toList();

        assertEquals(reasons, rows.stream().filter(reasons::contains).toList());
    }

    @Test
    void everyStateAndStageIsExplained() {
        for (MemberState state : MemberState.values()) {
            assertTrue(rows.contains(state.name()), state.name());
        }
        for (TekStage stage : TekStage.values()) {
            assertTrue(rows.contains(stage.name()), stage.name());
        }
    }

    @Test
    void nothingIsExplainedThatTheProgramDoesNotKnow() {
        List<String> known =
                Stream.of(DropReason.values(), MemberState.values(), TekStage.values())
                        .flatMap(Arrays::stream)
                        .map(Enum::name)
                        .toList();

        assertTrue(known.containsAll(rows), rows.toString());
    }

    @Test
    void everyReasonOfTheSwitchIsExplained() throws IOException {
        String guide = Files.readString(Path.of("../docs/p4.md"));
        for (SwitchDrop reason : SwitchDrop.values()) {
            assertTrue(guide.contains("`" + reason + "`"), reason.name());
        }
    }
}
