# sv_footer(TARGET): appends DuckDB's extension footer to the linked file (bytes:
# scripts/footer.py), with the platform of the target, not of the machine that builds.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(sv_arch ${CMAKE_SYSTEM_PROCESSOR})
if(APPLE AND CMAKE_OSX_ARCHITECTURES)
  set(sv_arch ${CMAKE_OSX_ARCHITECTURES})
endif()
string(TOLOWER "${sv_arch}" sv_arch)
if(sv_arch MATCHES "^(x86_64|amd64)$")
  set(sv_arch amd64)
elseif(sv_arch MATCHES "^(aarch64|arm64)$")
  set(sv_arch arm64)
endif()
set(sv_os_Linux linux)
set(sv_os_Darwin osx)
set(sv_os_Windows windows)
set(SV_PLATFORM "${sv_os_${CMAKE_SYSTEM_NAME}}_${sv_arch}" CACHE STRING
  "The platform that DuckDB checks: linux_amd64, linux_amd64_musl, osx_arm64, windows_amd64, ...")

function(sv_footer target)
  add_custom_command(TARGET ${target} POST_BUILD VERBATIM
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/scripts/footer.py
            $<TARGET_FILE:${target}> ${SV_PLATFORM} v${PROJECT_VERSION})
endfunction()
