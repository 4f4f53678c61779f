"""A process that is killed while it defines leaves every view whole: `make test-kills` does it 200 times."""

import kills


def test_killed_at_any_point_of_a_ddl_loop_everything_is_whole(extension_path, tmp_path):
    print(kills.run(8, tmp_path, seed=1))
