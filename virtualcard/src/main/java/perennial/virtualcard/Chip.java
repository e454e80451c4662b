// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import com.licel.jcardsim.base.Simulator;
import com.licel.jcardsim.base.SimulatorRuntime;
import java.util.Objects;
import javacard.framework.AID;
import javacard.framework.Applet;
import perennial.virtualcard.applet.Coprocessor;
import perennial.virtualcard.applet.Memory;
import perennial.virtualcard.applet.PivApplet;

/// One powered chip: from reset to the loss of power. Its volatile state goes with the object.
final class Chip {
    private static final byte[] PIV = {
        (byte) 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00
    };

    private final Simulator simulator;
    private final PivApplet applet;

    Chip(Memory memory, Coprocessor coprocessor) {
        AppletRuntime runtime = new AppletRuntime();
        AID aid = new AID(PIV, (short) 0, (byte) PIV.length);
        simulator = new Simulator(runtime);
        simulator.installApplet(aid, PivApplet.class);
        applet = (PivApplet) runtime.installed(aid);
        applet.powerUp(memory, coprocessor);
    }

    /// One command, one answer.
    byte[] execute(byte[] command) {
        byte[] answer = simulator.transmitCommand(command);
        RuntimeException defect = applet.defect();
        if (defect != null) {
            throw new IllegalStateException("the applet made a mistake", defect);
        }
        return answer;
    }

    /// Knows the applet that it runs, so that the chip can be put under it.
    private static final class AppletRuntime extends SimulatorRuntime {
        Applet installed(AID aid) {
            return Objects.requireNonNull(getApplet(aid), "the applet is installed");
        }
    }
}
