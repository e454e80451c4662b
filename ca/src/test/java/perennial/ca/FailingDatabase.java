// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/// A database whose connection breaks at one statement: before it arrives, or after it was
/// committed and before the answer came back. Later statements fail too, until it is mended.
final class FailingDatabase implements DataSource {
    /// In which way the statement is lost.
    enum Loss {
        STATEMENT,
        ANSWER
    }

    private final DataSource real;
    private final Breaking breaking;
    private int statements;
    private int failAt = Integer.MAX_VALUE;
    private Loss loss = Loss.STATEMENT;

    /// What happens where it breaks.
    @FunctionalInterface
    interface Breaking {
        void happen() throws SQLException;
    }

    FailingDatabase(DataSource real) {
        this(
                real,
                () -> {
                    throw new SQLException("connection lost", "08006");
                });
    }

    FailingDatabase(DataSource real, Breaking breaking) {
        this.real = real;
        this.breaking = breaking;
    }

    /// Breaks at the k-th statement from now, counted from 1.
    void breakAt(int k, Loss way) {
        statements = 0;
        failAt = k;
        loss = way;
    }

    void mend() {
        failAt = Integer.MAX_VALUE;
    }

    /// Statements since the last call of [#breakAt].
    int statements() {
        return statements;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = real.getConnection();
        return (Connection)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) -> {
                            Object result = invoke(method, connection, arguments);
                            return result instanceof PreparedStatement statement
                                    ? breaking(statement)
                                    : result;
                        });
    }

    private PreparedStatement breaking(PreparedStatement statement) {
        return (PreparedStatement)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {PreparedStatement.class},
                        (_, method, arguments) -> {
                            if (!method.getName().startsWith("execute")) {
                                return invoke(method, statement, arguments);
                            }
                            statements++;
                            if (statements > failAt
                                    || (statements == failAt && loss == Loss.STATEMENT)) {
                                breaking.happen();
                            }
                            Object result = invoke(method, statement, arguments);
                            if (statements == failAt) {
                                breaking.happen();
                            }
                            return result;
                        });
    }

    private static Object invoke(java.lang.reflect.Method method, Object target, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return real.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        real.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        real.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return real.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return real.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return real.isWrapperFor(type);
    }
}
