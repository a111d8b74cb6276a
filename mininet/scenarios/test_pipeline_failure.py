# SPDX-License-Identifier: Apache-2.0
"""A pipeline that dies isolates its site and nothing else; it never opens it."""

import time


def test_a_killed_pipeline_leaks_nothing_and_comes_back_by_itself(deployment, detector, pipelines, ping, tolerated):
    through, beside = ping(1, 2), ping(2, 3)
    through.wait_for_replies(20, 10)
    starts = pipelines[1].starts
    pipelines[1].kill()
    killed = time.time()
    deployment.wait(lambda: through.result_so_far().recovered_at(killed), 60, "answers after the kill")
    assert pipelines[1].starts == starts + 1
    assert detector.clear_text == 0
    assert beside.stop().share_lost <= tolerated, "another pair of sites must not notice"


def test_hosts_of_a_site_without_pipeline_are_cut_off_and_stay_unheard(deployment, pipelines, ping):
    pipelines[1].stop()
    outwards, inwards = ping(1, 2), ping(3, 1)
    deployment.let_traffic_flow(5)
    assert not outwards.stop().replies
    assert not inwards.stop().replies
    pipelines[1].start()
    deployment.wait_for_members()
    ping(1, 2).wait_for_replies(10, 30)


def test_all_pipelines_killed_at_once_leak_nothing(deployment, pipelines, ping):
    running = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for pipeline in pipelines.values():
        pipeline.kill()
    killed = time.time()
    for one in running:
        deployment.wait(lambda one=one: one.result_so_far().recovered_at(killed), 90, "answers again")
