# sv_loadable(TARGET ENTRY): links the MODULE target so that ENTRY is the only
# symbol it exports, whatever the static archives inside it would show.
function(sv_loadable target entry)
  if(APPLE)
    target_link_options(${target} PRIVATE -Wl,-exported_symbol,_${entry} -Wl,-dead_strip)
    return()
  elseif(NOT UNIX) # Windows exports what says dllexport
    if(MINGW) # no DLL of the compiler beside it
      target_link_options(${target} PRIVATE -static -fstack-protector-strong $<$<CONFIG:Release>:-s>)
    endif()
    return()
  endif()
  set(map ${CMAKE_CURRENT_BINARY_DIR}/${target}.map)
  file(CONFIGURE OUTPUT ${map} CONTENT "{ global: @entry@; local: *; };\n" @ONLY)
  target_link_options(${target} PRIVATE
    -Wl,--exclude-libs,ALL -Wl,-z,relro -Wl,-z,now -Wl,--gc-sections -Wl,--version-script=${map}
    $<$<CONFIG:Release>:-s>)
  if(NOT SV_SANITIZE) # clang leaves the sanitizer runtime out of shared objects
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
endfunction()
