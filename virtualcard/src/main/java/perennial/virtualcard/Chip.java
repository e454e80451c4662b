// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import com.licel.jcardsim.base.Simulator;
import com.licel.jcardsim.base.SimulatorRuntime;
import java.util.Objects;
import java.util.function.Consumer;
import javacard.framework.AID;
import javacard.framework.Applet;
import perennial.virtualcard.applet.ChipApplet;
import perennial.virtualcard.applet.Coprocessor;
import perennial.virtualcard.applet.Memory;
import perennial.virtualcard.applet.PivApplet;

/// One powered chip: from reset to the loss of power. Its volatile state goes with the object.
final class Chip {
    private static final byte[] PIV = {
        (byte) 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00
    };

    private final Simulator simulator;
    private final ChipApplet applet;

    private Chip(Simulator simulator, ChipApplet applet) {
        this.simulator = simulator;
        this.applet = applet;
    }

    /// A chip with the PIV applet.
    static Chip piv(Memory memory, Coprocessor coprocessor) {
        return powered(PIV, PivApplet.class, applet -> applet.powerUp(memory, coprocessor));
    }

    /// A chip that runs one applet.
    ///
    /// @param identifier the applet's AID
    /// @param powerUp gives the applet its memory, before the first command
    static <A extends Applet & ChipApplet> Chip powered(
            byte[] identifier, Class<A> type, Consumer<A> powerUp) {
        AppletRuntime runtime = new AppletRuntime();
        Simulator simulator = new Simulator(runtime);
        AID aid = new AID(identifier, (short) 0, (byte) identifier.length);
        simulator.installApplet(aid, type);
        A applet = type.cast(runtime.installed(aid));
        powerUp.accept(applet);
        return new Chip(simulator, applet);
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
