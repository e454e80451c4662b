// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyStore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import perennial.core.certificate.Certificate;

/// A server that answers every connection once, with what it was given.
final class SmallServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Answering answering;

    interface Answering {
        /// @param head the request's first line and fields
        byte[] answer(String head, byte[] body) throws Exception;
    }

    private SmallServer(ServerSocket socket, Answering answering) {
        this.socket = socket;
        this.answering = answering;
        Thread.ofVirtual().start(this::serve);
    }

    static SmallServer plain(Answering answering) {
        try {
            return new SmallServer(
                    new ServerSocket(0, 20, InetAddress.getLoopbackAddress()), answering);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static SmallServer tls(Certificate certificate, KeyPair keys, Answering answering)
            throws Exception {
        char[] none = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server",
                keys.getPrivate(),
                none,
                new java.security.cert.Certificate[] {certificate.x509()});
        KeyManagerFactory own =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, none);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), null, null);
        return new SmallServer(
                tls.getServerSocketFactory()
                        .createServerSocket(0, 20, InetAddress.getLoopbackAddress()),
                answering);
    }

    int port() {
        return socket.getLocalPort();
    }

    /// An answer of HTTP with the time.
    static byte[] http(String status, String fields, byte[] body) {
        String date =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atOffset(ZoneOffset.UTC));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(
                "HTTP/1.1 %s\r\nDate: %s\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n"
                        .formatted(status, date, body.length, fields)
                        .getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    static byte[] http(String status) {
        return http(status, "", new byte[0]);
    }

    /// An OCSP request, by GET or POST (RFC 6960 A.1).
    static byte[] ocspRequest(String head, byte[] body) {
        if (head.startsWith("POST")) {
            return body;
        }
        String path = head.substring(head.indexOf("/ocsp/") + 6, head.indexOf(" HTTP"));
        return Base64.getDecoder().decode(URLDecoder.decode(path, StandardCharsets.UTF_8));
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket one = socket.accept();
                Thread.ofVirtual().start(() -> serve(one));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket one) {
        try (one;
                InputStream in = one.getInputStream();
                OutputStream out = one.getOutputStream()) {
            StringBuilder head = new StringBuilder();
            for (int c = in.read(); c >= 0; c = in.read()) {
                head.append((char) c);
                if (head.toString().endsWith("\r\n\r\n")) {
                    break;
                }
            }
            out.write(answering.answer(head.toString(), body(head.toString(), in)));
            out.flush();
        } catch (Exception e) {
            // Who asked sees a closed connection.
        }
    }

    private static byte[] body(String head, InputStream in) throws IOException {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                return in.readNBytes(Integer.parseInt(line.substring(15).strip()));
            }
        }
        return new byte[0];
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
