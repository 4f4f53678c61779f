// Java: Sales.java EXTENSION SALES FOLDER
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

public class Sales {
    static Path sales;

    static String text(String name) throws Exception {
        return Files.readString(sales.resolve(name)).stripTrailing();
    }

    static Connection connect(String file, String extension, boolean readOnly) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("allow_unsigned_extensions", "true");
        properties.setProperty("duckdb.read_only", String.valueOf(readOnly));
        Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file, properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOAD '" + extension + "'");
        }
        return connection;
    }

    /** Each row as one text, values as Java prints them. */
    static List<String> rows(ResultSet result) throws SQLException {
        List<String> rows = new ArrayList<>();
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                row.add(String.valueOf(result.getObject(column)));
            }
            rows.add(String.join(", ", row));
        }
        return rows;
    }

    static void equal(Object got, Object expected) {
        if (!got.equals(expected)) {
            throw new AssertionError("\ngot      " + got + "\nexpected " + expected);
        }
    }

    static void fails(String expected, PreparedStatement statement) throws Exception {
        try (ResultSet result = statement.executeQuery()) {
            throw new AssertionError("no error");
        } catch (SQLException error) {
            if (!error.getMessage().contains(expected)) {
                throw new AssertionError(error.getMessage());
            }
        }
    }

    static void ask(Connection connection) throws SQLException {
        String ask = "FROM semantic_view('sales', dimensions := ?, metrics := ['revenue'], where_clause := ?) ORDER BY ALL";
        try (PreparedStatement statement = connection.prepareStatement(ask)) {
            statement.setArray(1, connection.createArrayOf("VARCHAR", new Object[] {"region", "month"}));
            statement.setString(2, "status = 'paid'");
            equal(rows(statement.executeQuery()), List.of("AMER, 2026-02-01, 70.00", "EMEA, 2026-01-01, 100.50",
                "EMEA, 2026-02-01, 20.00", "null, 2026-02-01, 5.25"));
            // The same statement with other values.
            statement.setArray(1, connection.createArrayOf("VARCHAR", new Object[] {"city"}));
            statement.setString(2, "region = 'EMEA'");
            equal(rows(statement.executeQuery()), List.of("Zürich, 150.75", "Łódź, 20.00"));
        }
        try (Statement statement = connection.createStatement()) {
            equal(rows(statement.executeQuery("FROM query(semantic_view_sql('sales', ['city'], ['orders'])) ORDER BY ALL")),
                List.of("Montréal, 1", "Zürich, 2", "Łódź, 1", "null, 1"));
        }
    }

    public static void main(String[] arguments) throws Exception {
        String extension = arguments[0], file = arguments[2] + "/java.duckdb";
        sales = Path.of(arguments[1]);
        try (Connection connection = connect(file, extension, false); Statement statement = connection.createStatement()) {
            statement.execute(text("tables.sql"));
            try (PreparedStatement define = connection.prepareStatement("SELECT define_semantic_view('sales', ?)")) {
                define.setString(1, text("definition.txt"));
                equal(rows(define.executeQuery()), List.of("Semantic view 'sales' registered successfully"));
            }
            equal(rows(statement.executeQuery("FROM semantic_view('sales', dimensions := ['region'], "
                      + "metrics := ['revenue', 'items', 'orders', 'mean']) ORDER BY region")),
                List.of("AMER, 70.00, 4, 1, 70.0", "EMEA, 170.75, 6, 3, 56.9167", "null, 5.25, 1, 1, 5.25"));
            ask(connection);
            try (PreparedStatement asked = connection.prepareStatement(
                     "FROM semantic_view('sales', dimensions := ?, metrics := ['customers'])")) {
                asked.setString(1, "status");
                fails(text("fan_out.txt"), asked);
            }
            try (PreparedStatement define = connection.prepareStatement("SELECT define_semantic_view('bad', ?)")) {
                define.setString(1, text("definition.txt").replace("sum(items)", "sum(itmes)"));
                fails(text("unknown_column.txt"), define);
            }
        }
        for (boolean readOnly : new boolean[] {false, true}) {
            try (Connection connection = connect(file, extension, readOnly)) {
                ask(connection);
                System.out.print(readOnly ? "DuckDB " + connection.getMetaData().getDatabaseProductVersion() + "\n" : "");
            }
        }
    }
}
