import { familyNames, givenNames, pick, rows, type Sample, table } from "./sample.ts";

/** Who works where for how much, after the documentation of the Employees sample database. */
export const employees: Sample = {
  id: "staff-office",
  citizenField: "salaries",
  persons: 50,
  tables: [
    table(
      "employees",
      [
        "emp_no INTEGER",
        "birth_date DATE",
        "first_name VARCHAR(14)",
        "last_name VARCHAR(16)",
        "gender CHAR(1)",
        "hire_date DATE",
      ],
      ["emp_no"],
      rows(50, (n) => [
        10_000 + n,
        `19${52 + (n % 13)}-0${(n % 9) + 1}-1${n % 9}`,
        pick(givenNames, n),
        pick(familyNames, n),
        n % 2 ? "M" : "F",
        `198${n % 9}-06-26`,
      ]),
    ),
    table(
      "departments",
      ["dept_no CHAR(4)", "dept_name VARCHAR(40)"],
      ["dept_no"],
      [
        ["d001", "Marketing"],
        ["d002", "Finance"],
        ["d003", "Human Resources"],
      ],
    ),
    table(
      "dept_emp",
      ["emp_no INTEGER", "dept_no CHAR(4)", "from_date DATE", "to_date DATE"],
      ["emp_no", "dept_no"],
      rows(50, (n) => [10_000 + n, `d00${(n % 3) + 1}`, "1986-06-26", "9999-01-01"]),
      { references: ["emp_no -> employees.emp_no", "dept_no -> departments.dept_no"], indexes: [["dept_no"]] },
    ),
    table(
      "dept_manager",
      ["dept_no CHAR(4)", "emp_no INTEGER", "from_date DATE", "to_date DATE"],
      ["emp_no", "dept_no"],
      rows(3, (n) => [`d00${n}`, 10_000 + n, "1985-01-01", "9999-01-01"]),
      { references: ["emp_no -> employees.emp_no", "dept_no -> departments.dept_no"], indexes: [["dept_no"]] },
    ),
    table(
      "titles",
      ["emp_no INTEGER", "title VARCHAR(50)", "from_date DATE", "to_date DATE null"],
      ["emp_no", "title", "from_date"],
      rows(50, (n) => [10_000 + n, "Engineer", "1986-06-26", "9999-01-01"]),
      { references: ["emp_no -> employees.emp_no"] },
    ),
    table(
      "salaries",
      ["emp_no INTEGER", "salary INTEGER", "from_date DATE", "to_date DATE"],
      ["emp_no", "from_date"],
      rows(100, (n) => [10_001 + (n % 50), 60_117 + n, `19${86 + Math.floor(n / 51)}-06-26`, "1999-06-26"]),
      { references: ["emp_no -> employees.emp_no"] },
    ),
  ],
};
