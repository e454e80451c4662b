// SPDX-License-Identifier: Apache-2.0
package perennial.cli.demo;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import perennial.card.apdu.ApduChannel;
import perennial.card.apdu.ApduReader;
import perennial.card.apdu.ApduReaders;
import perennial.card.apdu.CommandApdu;
import perennial.card.apdu.ResponseApdu;

/// Readers whose cards take their time, as real ones do: each command waits before it is sent.
record SlowReaders(ApduReaders readers, Duration delay) implements ApduReaders {
    @Override
    public List<ApduReader> list() {
        return readers.list().stream().<ApduReader>map(r -> new SlowReader(r, delay)).toList();
    }

    @Override
    public boolean awaitChange(Duration atMost) throws InterruptedException {
        return readers.awaitChange(atMost);
    }

    private record SlowReader(ApduReader reader, Duration delay) implements ApduReader {
        @Override
        public String name() {
            return reader.name();
        }

        @Override
        public boolean cardPresent() {
            return reader.cardPresent();
        }

        @Override
        public ApduChannel connect() {
            return new SlowChannel(reader.connect(), delay);
        }
    }

    private record SlowChannel(ApduChannel channel, Duration delay) implements ApduChannel {
        @Override
        public ResponseApdu transmit(CommandApdu command) {
            try {
                Thread.sleep(delay);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return channel.transmit(command);
        }

        @Override
        public Optional<byte[]> atr() {
            return channel.atr();
        }

        @Override
        public void close() {
            channel.close();
        }
    }
}
